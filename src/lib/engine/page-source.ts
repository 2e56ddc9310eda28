import { fail, failure, ok, type Result } from '$lib/core';
import type { PageFile } from './library-api';
import type { Engine } from './engine';
import { ifMine } from './origins';

const EXTENSIONS: Record<string, string> = {
	'text/html': 'html',
	'application/xhtml+xml': 'html',
	'text/plain': 'txt',
	'text/markdown': 'md',
	'text/csv': 'csv',
	'application/json': 'json',
	'application/pdf': 'pdf'
};

/** The page of a source, as a file; only the address that stands in the saved workflow is ever asked for. */
export async function fetchPage(
	engine: Engine,
	workflowId: string,
	sourceId: string
): Promise<Result<PageFile>> {
	const mine = await ifMine(engine, workflowId);
	if (!mine.ok) return mine;
	const row = await engine.ports.database.workflows.get(workflowId);
	const source = row?.document.sources.find((one) => one.id === sourceId && one.kind === 'page');
	const url = source?.url ?? '';
	if (!URL.canParse(url)) {
		const said = 'This source has no complete web address. Give it one in the workflow, then try again.';
		return fail(failure('page.no-address', said));
	}
	const fetched = await engine.executor.page(engine.ports.random.id(), url);
	if (!fetched.ok) return fetched;
	const { bytes, media } = fetched.value;
	return ok({ name: nameFor(url, media), media, bytes });
}

/** A file name that says where a page is from, with the extension of what it is. */
function nameFor(url: string, media: string): string {
	const { host, pathname } = new URL(url);
	const last = decoded(pathname.split('/').filter(Boolean).pop() ?? '');
	const named = /^(.*)\.(\w{1,5})$/.exec(last);
	const extension = EXTENSIONS[media] ?? named?.[2] ?? 'html';
	const stem = named && (EXTENSIONS[media] !== undefined || named[2] === extension) ? named[1] : last;
	return `${[host.replaceAll(':', '.'), stem].filter(Boolean).join(' ')}.${extension}`;
}

function decoded(part: string): string {
	try {
		return decodeURIComponent(part).replace(/[/\\]/g, ' ');
	} catch {
		return part;
	}
}
