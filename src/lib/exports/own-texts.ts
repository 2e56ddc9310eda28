import { cellsOf, type ProseCell, type RunState } from '$lib/run';

/** A text of the person's own, and who wrote it when. */
export function sayWritten({ by, at }: ProseCell): string {
	return `${by ? `${by}, ` : ''}${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The person's own texts above a step; with null those at the end. */
export function textsAbove({ prose }: RunState, before: string | null): ProseCell[] {
	return prose.filter((one) => one.before === before);
}

/** All of them as a part of a document, with the place that each has in the notebook; empty where there are none. */
export function ownTexts(state: RunState): string {
	const titles = new Map(cellsOf(state).map(({ id, step }) => [id, step.title]));
	const parts = state.prose.map((one) => {
		const place = one.before === null ? 'At the end' : `Above “${titles.get(one.before) ?? one.before}”`;
		return `${one.text}\n\n*${place}, ${sayWritten(one)}*`;
	});
	return parts.length === 0 ? '' : `## Texts beside this run\n\n${parts.join('\n\n')}\n`;
}
