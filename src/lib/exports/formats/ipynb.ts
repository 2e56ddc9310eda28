import { ok, type Json } from '$lib/core';
import { cellsOf, egressOf, type CellView, type RunState } from '$lib/run';
import { marked } from 'marked';
import { factsOf, wordOf } from '../cell-words';
import { defineExport, fileName, jsonOf, textOf, type ExportSource } from '../contract';
import { sayWritten, textsAbove } from '../own-texts';
import { LEFT_OUT } from '../selection';

type NotebookCell =
	| { cell_type: 'markdown'; id: string; metadata: Record<string, Json>; source: string[] }
	| { cell_type: 'raw'; id: string; metadata: Record<string, Json>; source: string[] }
	| {
			cell_type: 'code';
			id: string;
			metadata: Record<string, Json>;
			source: string[];
			execution_count: null;
			outputs: Json[];
	  };

export default defineExport({
	id: 'ipynb',
	purpose: 'jupyter',
	title: 'Notebook (Jupyter)',
	summary: 'Opens in Jupyter, VS Code and Colab; every output of data is a Python value there.',
	extension: 'ipynb',
	example: '{\n "nbformat": 4,\n "nbformat_minor": 5,',
	make: async (source) => {
		const { state } = source;
		const head = [
			`# ${state.title}\n`,
			`${state.definition?.title ?? ''}, run ${state.number}, ${state.date}. ${leftOf(source)}\n`,
			state.definition?.goal ?? ''
		];
		const cells = [
			markdownCell('title', head.join('\n')),
			...cellsOf(state).flatMap(cellsFor(source)),
			...textCells(state, null)
		];
		const notebook = {
			nbformat: 4,
			nbformat_minor: 5,
			metadata: {
				kernelspec: { name: 'python3', display_name: 'Python 3' },
				language_info: { name: 'python' },
				title: state.title,
				galley: { run: state.id, head: source.records[source.records.length - 1]?.hash ?? '' }
			},
			cells: cells.map((cell, index) => ({ ...cell, id: `${index + 1}-${cell.id}`.slice(0, 64) }))
		};
		return ok({
			name: fileName(state.title, 'ipynb'),
			media: 'application/x-ipynb+json',
			content: `${JSON.stringify(notebook, null, 1)}\n`
		});
	}
});

/** The person's own texts above a step. */
function textCells(state: RunState, before: string | null): NotebookCell[] {
	return textsAbove(state, before).map((one) => markdownCell('text', `${one.text}\n\n*${sayWritten(one)}*`));
}

function leftOf({ state }: ExportSource): string {
	const sent = egressOf(state).reduce((sum, row) => sum + row.sent, 0);
	if (sent > 0) return `${sent} bytes left the device, or may have.`;
	return state.guard?.enforced ? '0 bytes left the device.' : 'No request is on record.';
}

/** A step as Jupyter shows it: a heading with what is to be known, then its output. */
function cellsFor(source: ExportSource): (cell: CellView) => NotebookCell[] {
	return (cell) => {
		const { step, state } = cell;
		const id = cell.id.replace(/[^a-zA-Z0-9-_]+/g, '-');
		const facts = factsOf(cell, source.state).map((fact) => `- ${fact}`);
		const decided = state.decisions.map(
			({ decision, by, reason }) =>
				`- **${decision.replaceAll('-', ' ')}**${by ? ` by ${by}` : ''}${reason ? `: ${reason}` : ''}`
		);
		const notes = (cell.attempt?.given ?? []).map(({ instruction }) => `- note given: ${instruction}`);
		const lines = [...facts, ...decided, ...notes];
		const heading = `## ${step.title}\n\n*${step.kind}, ${wordOf(cell)}*\n${lines.length > 0 ? `\n${lines.join('\n')}\n` : ''}`;
		return [...textCells(source.state, cell.id), markdownCell(id, heading), ...outputCells(cell, id, source)];
	};
}

function outputCells({ state }: CellView, id: string, source: ExportSource): NotebookCell[] {
	const { output } = state;
	if (!output) return [];
	if (source.omitted.has(output.hash)) return [markdownCell(`${id}-out`, `*${LEFT_OUT}*`)];
	if (output.media !== 'application/json') {
		const text = textOf(source, output.hash);
		return text ? [markdownCell(`${id}-out`, text)] : [];
	}
	const value = jsonOf(source, output.hash);
	const pretty = JSON.stringify(value, null, 2);
	return [
		{
			cell_type: 'code',
			id: `${id}-out`,
			metadata: {},
			execution_count: null,
			source: linesOf(`import json\n${nameFor(id)} = json.loads(\n${pythonText(pretty)}\n)\n${nameFor(id)}`),
			outputs: [
				{
					output_type: 'display_data',
					metadata: {},
					data: { 'application/json': value, 'text/plain': linesOf(pretty) }
				}
			]
		}
	];
}

/** A text as Python writes one over several lines: what JSON escapes, Python reads the same way. */
function pythonText(text: string): string {
	return linesOf(text)
		.map((line) => `    ${JSON.stringify(line)}`)
		.join('\n');
}

function nameFor(id: string): string {
	const name = id.replace(/[^a-zA-Z0-9]+/g, '_');
	return /^[a-zA-Z]/.test(name) ? name : `step_${name}`;
}

/**
 * Markdown that loads nothing when Jupyter shows it: pictures and HTML stand there as they are written. Blocks of code,
 * where every reader of Markdown agrees on where they end, stay as they are.
 */
function quiet(markdown: string): string {
	return marked
		.lexer(markdown)
		.map(({ type, raw }) =>
			type === 'code' && /^(```|~~~)/.test(raw)
				? raw
				: raw.replaceAll('![', '!\\[').replace(/<(?=[a-z!/?])/gi, '&lt;')
		)
		.join('');
}

function markdownCell(id: string, text: string): NotebookCell {
	return { cell_type: 'markdown', id, metadata: {}, source: linesOf(quiet(text)) };
}

/** Lines with their line breaks, as the format wants them. */
function linesOf(text: string): string[] {
	return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
