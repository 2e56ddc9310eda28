import type { Json } from '$lib/core';
import { newestOutput, selectEntries, type Approved, type LibraryEntry } from '$lib/run';
import { count, sayBytes, sayWhen } from '$lib/ui';
import type { Source, Workflow } from '$lib/workflow';
import { sayCompared } from './compared';

/** What a source that finds its content by itself would give a run that started now. */
export interface Preflight {
	/** One or two sentences: how much it is, the last change, what is left out or missing. */
	said: string;
	/** What it found, the newest first. */
	entries: readonly LibraryEntry[];
	/** The run needs it and there is nothing. */
	isLacking: boolean;
}

const MANY = 200;

export function preflight(
	source: Source,
	{
		workflow,
		inputs,
		approved,
		library,
		now
	}: {
		workflow: Workflow;
		inputs: Record<string, Json>;
		approved: readonly Approved[];
		library: readonly LibraryEntry[];
		now: number;
	}
): Preflight {
	if (source.kind === 'changes' || (source.kind === 'last-approved' && source.workflow === undefined))
		return { said: sayCompared(workflow, inputs, approved), entries: [], isLacking: false };
	if (source.kind === 'last-approved') {
		const entry = newestOutput(source.workflow ?? '', library);
		if (!entry) return nothing(source, `“${source.workflow}” has no approved output yet.`);
		return {
			said: `The last approved output of “${source.workflow}”: ${entry.path}, ${sayWhen(entry.at, now)}.`,
			entries: [entry],
			isLacking: false
		};
	}
	const { entries, older } = selectEntries(source, library);
	const [newest] = entries;
	if (!newest) return nothing(source, `Nothing in the library is ${wanted(source)}.`);
	const bytes = entries.reduce((sum, entry) => sum + entry.value.bytes, 0);
	const facts = [
		`${count(entries.length, 'entry', 'entries')}, ${sayBytes(bytes)}, the last of ${sayWhen(newest.at, now)}.`,
		older > 0
			? `${count(older, 'older one fits', 'older ones fit')} too and ${older === 1 ? 'is' : 'are'} left out.`
			: '',
		entries.length > MANY ? 'All of them are read, which takes a while.' : ''
	];
	return { said: facts.filter(Boolean).join(' '), entries, isLacking: false };
}

function nothing(source: Source, why: string): Preflight {
	const then = source.required ? 'The run needs it and cannot start yet.' : 'The run goes on without it.';
	return { said: `${why} ${then}`, entries: [], isLacking: source.required };
}

/** What a source asks of an entry, in words. */
function wanted({ path, pattern, tag, accept }: Source): string {
	return (
		[
			path ? `in “${path}”` : '',
			pattern ? `named like ${pattern}` : '',
			tag ? `tagged “${tag}”` : '',
			accept.length > 0 ? `of type ${accept.join(', ')}` : ''
		]
			.filter(Boolean)
			.join(', ') || 'there'
	);
}
