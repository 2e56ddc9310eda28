import { cellsOf } from '$lib/run';
import { textOf, type ExportSource } from './contract';
import { ownTexts } from './own-texts';
import { LEFT_OUT } from './selection';

/** What a run made for people to read, as Markdown: what it saved, else the last text that a step made; then the person's own texts. */
export function documentOf(source: ExportSource): string {
	const cells = cellsOf(source.state);
	const saved = cells.flatMap(({ state }) =>
		state.attempts.flatMap(({ saved, inputs }) => (saved ? (inputs['value'] ?? []).slice(0, 1) : []))
	);
	const texts = cells.flatMap(({ state }) =>
		state.output && /^text\/(markdown|plain)$/.test(state.output.media) ? [state.output] : []
	);
	const shown = saved.length > 0 ? saved : texts.slice(-1);
	const made =
		shown.length === 0
			? [`# ${source.state.title}\n\nThis run has made no text yet.\n`]
			: shown.map(({ hash }) => (source.omitted.has(hash) ? `*${LEFT_OUT}*\n` : textOf(source, hash)));
	return [...made, ownTexts(source.state)].filter(Boolean).join('\n\n---\n\n');
}
