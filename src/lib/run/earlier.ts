import type { Json } from '$lib/core';
import { parseTemplate, renderTemplate, type Workflow } from '$lib/workflow';
import { safePath, type LibraryEntry } from './library';
import { compareOrders, orderOf, type Order } from './order';

/** An approved output, with the inputs of its run where they are known. */
export interface Approved {
	entry: LibraryEntry;
	inputs: Record<string, Json> | null;
}

/** The output that a run is compared with. */
export interface Earlier {
	entry: LibraryEntry;
	/** `order`: the one before this run in the row of names; `time`: the newest, since no row is known. */
	by: 'order' | 'time';
}

/** Ids of the inputs that a workflow's saved paths are made of, each once. */
export function pathInputs(workflow: Workflow): string[] {
	const ids = templatesOf(workflow).flatMap((template) =>
		parseTemplate(template).flatMap((part) =>
			'ref' in part && part.ref.root === 'inputs' ? [part.ref.id] : []
		)
	);
	return [...new Set(ids)];
}

/** The inputs that a saved path was made of, read back from it; null when it was made by another template. */
export function inputsOfPath(workflow: Workflow, path: string): Record<string, Json> | null {
	for (const template of templatesOf(workflow)) {
		const ids: string[] = [];
		const pattern = parseTemplate(template).map((part) => {
			if ('text' in part) return part.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
			if (!('ref' in part) || part.ref.root !== 'inputs') return '.+?';
			ids.push(part.ref.id);
			return '(.+?)';
		});
		const match = new RegExp(`^${pattern.join('')}$`, 'u').exec(path);
		if (match) return Object.fromEntries(ids.map((id, at) => [id, match[at + 1] ?? '']));
	}
	return null;
}

/**
 * The approved output that a run of these inputs is compared with. Where the inputs that its path is made of stand in a
 * row (2026-W45, 2026-W46, ...), it is the one before this run, whenever it was made; else the newest. What was saved
 * under the path that this run will write is left out: a report made again is not compared with itself.
 */
export function approvedBefore(
	workflow: Workflow,
	inputs: Record<string, Json>,
	outputs: readonly Approved[]
): Earlier | null {
	const own = ownPaths(workflow, inputs);
	const others = outputs.filter(
		({ entry }) => entry.kind === 'output' && !entry.deleted && !own.has(entry.path)
	);
	const newest = latest(others.map(({ entry }) => entry));
	if (!newest) return null;
	const here = placeOf(workflow, inputs);
	const placed = others.flatMap((output) => {
		const there = placeOf(workflow, output.inputs ?? inputsOfPath(workflow, output.entry.path));
		return here && there && isComparable(here, there) ? [{ entry: output.entry, place: there }] : [];
	});
	// Once the names have changed their form, those of the old form say nothing about the order.
	if (!here || !placed.some(({ entry }) => entry === newest)) return { entry: newest, by: 'time' };
	const alike = placed.filter(({ place }) => sameGroup(here, place));
	const before = (alike.length > 0 ? alike : placed).filter(({ place }) => compare(place, here) < 0);
	const last = before.reduce<(typeof before)[number] | null>((best, one) => {
		const step = best ? compare(one.place, best.place) : 1;
		return step > 0 || (step === 0 && best && one.entry.at > best.entry.at) ? one : best;
	}, null);
	return last && { entry: last.entry, by: 'order' };
}

function templatesOf(workflow: Workflow): string[] {
	return workflow.steps.flatMap((step) => {
		const template = step.with['path'];
		return typeof template === 'string' ? [template] : [];
	});
}

function ownPaths(workflow: Workflow, inputs: Record<string, Json>): Set<string> {
	const paths = templatesOf(workflow).flatMap((template) => {
		const path = renderTemplate(template, (ref) =>
			ref.root === 'inputs' ? asWritten(inputs[ref.id]) : undefined
		);
		return path.ok ? [safePath(path.value)] : [];
	});
	return new Set(paths);
}

/** An input as it stands in a path: a slash that somebody typed opens no folder there. */
function asWritten(value: Json | undefined): Json | undefined {
	return typeof value === 'string' ? value.replace(/[/\\]/g, '-') : value;
}

function latest(entries: readonly LibraryEntry[]): LibraryEntry | null {
	return entries.reduce<LibraryEntry | null>((best, one) => (best && best.at >= one.at ? best : one), null);
}

/** Each input of the path: its order, or the plain word of one that sorts reports into groups, such as a region. */
type Place = (Order | string)[];

/** Null when an input is not known or none of them can be put in a row. */
function placeOf(workflow: Workflow, inputs: Record<string, Json> | null): Place | null {
	const ids = pathInputs(workflow);
	const place = ids.flatMap((id): Place => {
		const value = asWritten(inputs?.[id]);
		if (typeof value !== 'string' && typeof value !== 'number') return [];
		return [orderOf(String(value)) ?? String(value).trim().toLowerCase()];
	});
	return place.length === ids.length && place.some((one) => typeof one !== 'string') ? place : null;
}

function isComparable(a: Place, b: Place): boolean {
	return a.every((one, at) => shapeOf(one) === shapeOf(b[at]));
}

function shapeOf(part: Order | string | undefined): string | null {
	return part === undefined || typeof part === 'string' ? null : part.shape;
}

function sameGroup(a: Place, b: Place): boolean {
	return a.every((one, at) => typeof one !== 'string' || one === b[at]);
}

function compare(a: Place, b: Place): number {
	for (const [at, one] of a.entries()) {
		const other = b[at];
		if (typeof one === 'string' || other === undefined || typeof other === 'string') continue;
		const step = compareOrders(one, other);
		if (step !== 0) return step;
	}
	return 0;
}
