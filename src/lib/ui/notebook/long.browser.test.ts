import { hashOf, ok, OPEN } from '$lib/core';
import { apply, emptyRun, type RunEvent } from '$lib/run';
import { workflowSchema } from '$lib/workflow';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { NotebookActions } from './context';
import Notebook from './Notebook.svelte';

const CELLS = 300;
const TEXT = `${'words of a cell, one after the other. '.repeat(60)}`;
const PROVIDER = { id: 'built-in', title: 'Built-in', onDevice: true, config: {} };

/** A finished run of that many steps, each with an output of some screens of text. */
function longRun() {
	const steps = Array.from({ length: CELLS }, (_, index) => ({
		id: `s${index}`,
		title: `Step ${index}`,
		kind: 'check',
		job: 'evaluate'
	}));
	const definition = workflowSchema.parse({ format: 1, id: 'w', title: 'W', steps });
	const started = {
		type: 'run.started',
		at: 1,
		number: 1,
		title: 'Long',
		date: '2026-11-24',
		trigger: { kind: 'person' },
		workflowVersion: 1,
		definition,
		definitionHash: 'h',
		inputs: {},
		sources: {},
		provider: PROVIDER
	};
	const output = { hash: hashOf(TEXT), media: 'text/markdown', bytes: TEXT.length, labels: OPEN, from: [] };
	const attempts = steps.flatMap(({ id }) => {
		const at = { at: 2, stepId: id, attemptId: `r/${id}/1.1` };
		return [
			{ type: 'attempt.started', ...at, revision: 1, attempt: 1, inputs: {}, provider: null },
			{
				type: 'attempt.succeeded',
				...at,
				output,
				evidence: [],
				flags: [],
				verdicts: [],
				usage: null,
				model: null,
				egress: [],
				ms: 3
			}
		];
	});
	const state = emptyRun('r');
	for (const event of [started, ...attempts, { type: 'run.finished', at: 3, status: 'done' }])
		apply(state, event as unknown as RunEvent);
	return state;
}

let shown: object | null = null;
/** What was there after each task that changed the page. */
let seen: string[] = [];
const watching = new MutationObserver(() => {
	const parts = { head: 'h1', rail: 'nav', cells: 'article' };
	const there = Object.entries(parts).filter(([, selector]) => document.querySelector(selector));
	seen.push(there.map(([name]) => name).join(' '));
});
beforeEach(async () => {
	seen = [];
	watching.observe(document.body, { childList: true, subtree: true });
	shown = mount(Notebook, {
		target: document.body,
		props: {
			run: longRun(),
			streaming: {},
			notes: [],
			proposals: [],
			left: [],
			formats: [],
			onformats: () => undefined,
			kinds: null,
			tools: {
				read: () => Promise.resolve(ok(TEXT)),
				download: () => undefined,
				versionOf: () => Promise.resolve(0),
				earlier: () => Promise.resolve([])
			},
			actions: {} as NotebookActions
		}
	});
	flushSync();
	await vi.waitFor(() => expect(articles()).toHaveLength(CELLS));
	await vi.waitFor(() => expect(body(0)).not.toBeNull());
});
afterEach(async () => {
	watching.disconnect();
	if (shown) await unmount(shown);
	document.body.innerHTML = '';
	scrollTo(0, 0);
});

const articles = () => [...document.querySelectorAll<HTMLElement>('article[data-cell]')];
const body = (index: number) => document.querySelector<HTMLElement>(`[data-cell=s${index}] .body`);
const top = (index: number) =>
	document.querySelector(`[data-cell=s${index}]`)?.getBoundingClientRect().top ?? NaN;
const press = (key: string) => dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
const still = () => new Promise((resolve) => setTimeout(resolve, 700));

it('draws its head, its rail and its cells in a task each', () => {
	expect([...new Set(seen)].filter(Boolean)).toEqual(['head', 'head rail', 'head rail cells']);
});

it('draws what is near the window in full, and everything else as its title', async () => {
	expect(document.querySelectorAll('.body').length).toBeLessThan(40);
	expect(articles().map((one) => one.querySelector('h2')?.textContent.trim())).toContain('Step 299');
	press('j');
	for (let index = 0; index < CELLS; index++) press('j');
	await vi.waitFor(() => expect(body(CELLS - 1)).not.toBeNull());
	await still();
	expect(document.activeElement).toBe(articles().at(-1));
	expect(top(CELLS - 1)).toBeLessThan(innerHeight);
	await vi.waitFor(() => expect(body(0)).toBeNull());
	expect(document.querySelectorAll('.body').length).toBeLessThan(40);
});

it('moves nothing when what was read is taken down and drawn again', async () => {
	scrollTo({ top: articles()[12]?.offsetTop ?? 0, behavior: 'instant' });
	await vi.waitFor(() => expect(body(12)).not.toBeNull());
	await still();
	const [before, height] = [top(12), articles()[1]?.parentElement?.offsetHeight];
	scrollBy({ top: innerHeight * 20, behavior: 'instant' });
	await vi.waitFor(() => expect(body(1)).toBeNull());
	expect(articles()[1]?.parentElement?.offsetHeight).toBe(height);
	scrollBy({ top: -innerHeight * 20, behavior: 'instant' });
	await vi.waitFor(() => expect(body(12)).not.toBeNull());
	await still();
	expect(Math.abs(top(12) - before)).toBeLessThan(2);
});

it('keeps the cell in which somebody works', async () => {
	const button = document.querySelector<HTMLElement>('[data-cell=s0] header button');
	button?.focus({ preventScroll: true });
	scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });
	await vi.waitFor(() => expect(body(1)).toBeNull());
	expect(document.activeElement).toBe(button);
});

it('puts every cell on paper', () => {
	dispatchEvent(new Event('beforeprint'));
	expect(document.querySelectorAll('.body')).toHaveLength(CELLS);
	dispatchEvent(new Event('afterprint'));
	flushSync();
	expect(document.querySelectorAll('.body').length).toBeLessThan(60);
});

it('has a rail that says where in a long run an entry stands', () => {
	const entries = [...document.querySelectorAll('nav li[aria-posinset]')];
	expect(entries.length).toBeLessThan(60);
	expect(entries[0]?.getAttribute('aria-setsize')).toBe(String(CELLS));
	expect(entries[0]?.getAttribute('aria-posinset')).toBe('1');
});
