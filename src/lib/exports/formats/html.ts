import { nameOfItem, ok, sayName, type Json, type ValueRef } from '$lib/core';
import {
	cellsOf,
	diffWords,
	egressOf,
	sayRemark,
	saySpend,
	spendOfRun,
	statusOf,
	type AttemptState,
	type CellView,
	type EventOf,
	type RunState
} from '$lib/run';
import { defineExport, fileName, jsonOf, textOf, type ExportSource } from '../contract';
import { packBundle } from '../bundle';
import { factsOf, markOf, sayDecision, wordOf } from '../cell-words';
import { STYLE } from '../html-style';
import { escapeHtml, markdownToHtml } from '../markdown';
import { inScript, sealedPage } from '../sealed-page';
import { sayWritten, textsAbove } from '../own-texts';
import { LEFT_OUT } from '../selection';

/** Longer texts are cut in the readable file; the JSON export has them whole. */
const LONGEST = 20_000;

/** A run that saved more than these is read by its cells. */
const MOST_RESULTS = 5;

/** Blocks with more items have them folded. */
const OPEN_ITEMS = 12;

export default defineExport({
	id: 'html',
	purpose: 'read',
	title: 'Readable page (HTML)',
	summary: 'Opens in any browser, from disk and offline, and can check that nobody has changed it.',
	extension: 'html',
	comesBack: true,
	carriesSignature: true,
	example: '<!doctype html>',
	make: async (source) =>
		ok({ name: fileName(source.state.title, 'html'), media: 'text/html', content: page(source) })
});

function page(source: ExportSource): string {
	const { state } = source;
	const cells = cellsHtml(cellsOf(state), source);
	const exported = new Date(source.exportedAt).toISOString().slice(0, 16).replace('T', ' ');
	const main = source.settle(`
<p class="soft">${escapeHtml(state.definition?.title ?? '')} · run ${state.number} · ${escapeHtml(state.date)}</p>
<h1>${escapeHtml(state.title)}</h1>
<p class="soft">${escapeHtml(factLine(state))}</p>
${resultsHtml(source)}
${cells}
${textsHtml(null, source)}
${ledgerHtml(state)}
<p class="soft">Exported by Galley on ${escapeHtml(exported)} UTC. ${source.records.length} facts; the record ends with ${escapeHtml(source.records[source.records.length - 1]?.hash.slice(0, 16) ?? '')}.${source.omitted.size > 0 ? ` ${source.omitted.size} texts or files were ${LEFT_OUT}.` : ''}</p>
`);
	const data = inScript(packBundle(source));
	return sealedPage({ title: state.title, style: STYLE, main, data, source });
}

/** Every request that left the device, or may have. */
function ledgerHtml(state: RunState): string {
	const rows = egressOf(state);
	if (rows.length === 0) return '';
	const lines = rows.map(
		({ origin, method, status, sent, received }) =>
			`<tr><td>${escapeHtml(origin)}</td><td>${escapeHtml(method)}</td><td>${sent}</td><td>${received ?? 'unknown'}</td><td>${status ?? 'no answer'}</td></tr>`
	);
	return `<section class="cell"><header><h2>What left the device</h2></header><div class="wide"><table><thead><tr><th>Where to</th><th>Method</th><th>Bytes out</th><th>Bytes in</th><th>Answer</th></tr></thead><tbody>${lines.join('')}</tbody></table></div></section>`;
}

/** What was saved comes first: it is what most readers came for. How it came about follows. */
function resultsHtml(source: ExportSource): string {
	const saved = Object.values(source.state.steps).flatMap((step) =>
		step.attempts.flatMap((attempt) => {
			const [value] = attempt.inputs['value'] ?? [];
			return attempt.saved && value ? [{ ...attempt.saved, value }] : [];
		})
	);
	if (saved.length === 0 || saved.length > MOST_RESULTS) return '';
	const results = saved.map(
		({ path, version, value }) =>
			`<section class="result"><p class="soft">Approved and saved as ${escapeHtml(path)}, version ${version}</p>\n${outputHtml(value, source)}\n</section>`
	);
	return `${results.join('\n')}\n<h2 class="how">How it came about</h2>`;
}

function factLine(state: RunState): string {
	const sent = egressOf(state).reduce((sum, row) => sum + row.sent, 0);
	const sealed = state.guard?.sealed ? 'sealed · ' : '';
	const left =
		sent === 0
			? state.guard?.enforced
				? '0 bytes left the device'
				: 'no request on record'
			: `${sent} bytes were sent, or may have been, to ${[...new Set(egressOf(state).map((row) => row.origin))].join(', ')}`;
	const spend = spendOfRun(state);
	const paid = state.ladder && spend.remote > 0 ? ` · ${saySpend(spend)}` : '';
	return `${statusOf(state)} · ${state.provider?.title ?? 'no model'} · ${sealed}${left}${paid}`;
}

/** Cells in order; what is inside a block follows it, one fold for each item or round. */
function cellsHtml(cells: readonly CellView[], source: ExportSource): string {
	const parts: string[] = [];
	for (let at = 0; at < cells.length;) {
		const cell = cells[at];
		if (!cell) break;
		const next = cells.findIndex((other, index) => index > at && other.depth <= cell.depth);
		const inner = cells.slice(at + 1, next < 0 ? undefined : next);
		parts.push(cellHtml(cell, source), itemsHtml(cell, inner, source));
		at += 1 + inner.length;
	}
	return parts.filter(Boolean).join('\n');
}

function itemsHtml(block: CellView, inner: readonly CellView[], source: ExportSource): string {
	const count = block.state.block?.count ?? 0;
	const items = new Map<number, CellView[]>();
	let index = 0;
	for (const cell of inner) {
		if (cell.depth === block.depth + 1) index = cell.state.inside?.index ?? index;
		items.set(index, [...(items.get(index) ?? []), cell]);
	}
	return [...items]
		.map(([index, cells]) => {
			const open = count <= OPEN_ITEMS || cells.some((cell) => cell.status === 'failed') ? ' open' : '';
			const title = escapeHtml(itemTitle(block, index, source));
			return `<details class="item"${open}><summary>${title}</summary>\n${cellsHtml(cells, source)}\n</details>`;
		})
		.join('\n');
}

/** `Item 3 of 40: Acme`, `Round 2 of 3`, or the title of a called workflow. */
function itemTitle({ state: { block, def } }: CellView, index: number, source: ExportSource): string {
	if (def.kind === 'workflow') return def.title;
	const place = `${index + 1} of ${block?.count ?? 0}`;
	if (def.kind === 'loop') return `Round ${place}`;
	const list = block?.list ? jsonOf(source, block.list.hash) : null;
	const name = nameOfItem(Array.isArray(list) ? list[index] : undefined);
	return `Item ${place}${name ? `: ${name}` : ''}`;
}

function cellHtml(cell: CellView, source: ExportSource): string {
	const { attempt, state } = cell;
	const own = state.output && state.output.hash !== attempt?.output?.hash && state.decisions.length === 0;
	const facts = factsOf(cell, source.state).map(escapeHtml).join(' · ');
	return `${textsHtml(cell.id, source)}<section class="cell">
<header><h2>${escapeHtml(cell.step.title)}</h2><span class="state ${markOf(cell)}">${escapeHtml(wordOf(cell))}</span><span class="soft">${escapeHtml(`${cell.step.kind} · ${cell.step.job}`)}</span></header>
${facts ? `<p class="soft">${facts}</p>` : ''}
${decisions(cell, source)}
${attempt ? attemptHtml(attempt, source, cell.step.output.schema) : ''}
${own && state.output ? outputHtml(state.output, source, cell.step.output.schema) : ''}
${triesHtml(state.attempts, source)}
</section>`;
}

/** The person's own texts above a step. */
function textsHtml(before: string | null, source: ExportSource): string {
	return textsAbove(source.state, before)
		.map(
			(one) =>
				`<aside class="note" aria-label="Own text"><div class="prose">${prose(one.text, source)}</div><p class="soft">${escapeHtml(sayWritten(one))}</p></aside>\n`
		)
		.join('');
}

function decisions(cell: CellView, source: ExportSource): string {
	return cell.state.decisions
		.map((decision) => {
			const line = sayDecision(decision, cell.state).map(escapeHtml).join(' · ');
			const value = decision.reviewed ?? decision.draft;
			const remarks = (decision.comments ?? []).map(
				(one) => `<li><q>${escapeHtml(one.quote)}</q> ${escapeHtml(sayRemark(one))}</li>`
			);
			const left = (decision.items ?? [])
				.filter((one) => one.decision === 'left-out')
				.map((one) => `<li>number ${one.index + 1} left out: ${escapeHtml(one.reason ?? '')}</li>`);
			const ticks = decision.ticks.map((tick) => `<li>${escapeHtml(tick)}</li>`);
			return `<p><strong>${escapeHtml(decision.button?.title ?? decision.decision.replaceAll('-', ' '))}</strong> <span class="soft">${line}</span> ${escapeHtml(decision.reason)}</p>${[ticks, remarks, left].map(listHtml).join('')}${diffHtml(decision, source)}${outputHtml(value, source)}`;
		})
		.join('\n');
}

function listHtml(items: readonly string[]): string {
	return items.length > 0 ? `<ul>${items.join('')}</ul>` : '';
}

/** What the person changed, where they changed something. */
function diffHtml({ draft, reviewed }: EventOf<'review.decided'>, source: ExportSource): string {
	const [before, after] = [textOf(source, draft.hash), textOf(source, reviewed?.hash)];
	if (!reviewed || reviewed.hash === draft.hash || before === '' || after === '') return '';
	if (before.length + after.length > 2 * LONGEST) return '';
	const parts = diffWords(before, after).map(({ text, kind }) =>
		kind === 'same'
			? escapeHtml(text)
			: kind === 'added'
				? `<ins>${escapeHtml(text)}</ins>`
				: `<del>${escapeHtml(text)}</del>`
	);
	return `<details><summary>What was changed</summary><pre>${parts.join('')}</pre></details>`;
}

function attemptHtml(attempt: AttemptState, source: ExportSource, schema?: Json): string {
	const parts = [
		attempt.failure ? `<p class="failed">${escapeHtml(attempt.failure.message)}</p>` : '',
		attempt.output ? outputHtml(attempt.output, source, schema) : '',
		attempt.flags.length
			? `<ul>${attempt.flags.map((flag) => `<li><strong>${escapeHtml(flag.kind)}</strong> ${escapeHtml(flag.text)}</li>`).join('')}</ul>`
			: '',
		notes(attempt),
		evidence(attempt),
		attempt.prompt
			? `<details><summary>As sent</summary>${outputHtml({ ...attempt.prompt, media: 'text/plain' }, source)}</details>`
			: ''
	];
	return parts.filter(Boolean).join('\n');
}

/** Tries that failed, and answers that had to be put right: what came, and what was wrong with it. */
function triesHtml(attempts: readonly AttemptState[], source: ExportSource): string {
	const tries = attempts.flatMap((attempt, index) => {
		const { failure, kept, repaired, repairs, status } = attempt;
		const isShown = failure !== null && index === attempts.length - 1;
		const says = [
			repairs ? 'It was asked to put its last answer right.' : '',
			repaired
				? `${repaired.how === 'mended' ? 'Mended' : 'Taken out of the answer'}: ${repaired.error}`
				: '',
			status === 'interrupted' ? 'It was interrupted and begun again.' : '',
			isShown ? '' : (failure?.message ?? '')
		].filter(Boolean);
		const came = kept ?? repaired?.answer;
		if (says.length === 0 && !came) return [];
		const text = came ? `<pre>${escapeHtml(cut(textOf(source, came.hash)))}</pre>` : '';
		return [`<p>Try ${index + 1}: ${escapeHtml(says.join(' '))}</p>${text}`];
	});
	return tries.length === 0 ? '' : `<details><summary>Tries</summary>${tries.join('\n')}</details>`;
}

function outputHtml(output: ValueRef, source: ExportSource, schema?: Json): string {
	if (source.omitted.has(output.hash))
		return `<p class="soft">${output.bytes} bytes ${LEFT_OUT}; the hash is ${output.hash.slice(0, 16)}.</p>`;
	if (output.media === 'application/json') return jsonHtml(jsonOf(source, output.hash), schema);
	const text = textOf(source, output.hash);
	if (output.media === 'text/markdown') return `<div class="prose">${prose(text, source)}</div>`;
	return text ? `<pre>${escapeHtml(cut(text))}</pre>` : `<p class="soft">${output.bytes} bytes</p>`;
}

/** Plain members as a table, everything deeper as formatted JSON that can be opened. */
function jsonHtml(json: Json | null, schema?: Json): string {
	if (json === null || typeof json !== 'object' || Array.isArray(json))
		return `<pre>${escapeHtml(cut(JSON.stringify(json, null, 2)))}</pre>`;
	const rows = Object.entries(json).map(([key, value]) => {
		const plain = value === null ? 'unknown' : typeof value === 'object' ? null : String(value);
		const shown =
			plain === null
				? `<details><summary>${Array.isArray(value) ? `${value.length} items` : 'details'}</summary><pre>${escapeHtml(cut(JSON.stringify(value, null, 2)))}</pre></details>`
				: escapeHtml(plain);
		return `<tr><th scope="row">${escapeHtml(titleOf(schema, key))}</th><td>${shown}</td></tr>`;
	});
	return `<div class="wide"><table><tbody>${rows.join('')}</tbody></table></div>`;
}

/** What a schema calls a member, else its name in words. */
function titleOf(schema: Json | undefined, key: string): string {
	const title = memberOf(memberOf(memberOf(schema, 'properties'), key), 'title');
	return typeof title === 'string' && title !== '' ? title : sayName(key);
}

function memberOf(json: Json | undefined, name: string): Json | undefined {
	return typeof json === 'object' && json !== null && !Array.isArray(json) ? json[name] : undefined;
}

function notes(attempt: AttemptState): string {
	return attempt.given
		.map((note) => {
			const verdict = attempt.verdicts.find((one) => one.noteId === note.id);
			const said = verdict
				? ` <span class="${verdict.verdict}">${escapeHtml(verdict.verdict.replace('-', ' '))}</span> <span class="soft">${escapeHtml(verdict.reason)}</span>`
				: '';
			return `<p class="note">${escapeHtml(note.instruction)}${said}</p>`;
		})
		.join('\n');
}

function evidence(attempt: AttemptState): string {
	if (attempt.evidence.length === 0) return '';
	const rows = attempt.evidence.map(
		(one) =>
			`<tr><td>${escapeHtml(one.claim)}</td><td>${escapeHtml(`${one.document} · ${one.where ?? one.place}`)}</td><td>${escapeHtml(one.how)}</td></tr>`
	);
	// A number that stands in the text twice and comes from one place is told once.
	const once = [...new Set(rows)].join('');
	return `<details><summary>Where it comes from</summary><div class="wide"><table><thead><tr><th>Number</th><th>Place</th><th>How</th></tr></thead><tbody>${once}</tbody></table></div></details>`;
}

function prose(markdown: string, source: ExportSource): string {
	return source.sanitise(markdownToHtml(cut(markdown)));
}

function cut(text: string): string {
	return text.length <= LONGEST
		? text
		: `${text.slice(0, LONGEST)}\n… ${text.length - LONGEST} more characters are in the JSON export.`;
}
