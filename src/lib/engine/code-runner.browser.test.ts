import type { Json } from '$lib/core';
import { trustedScriptUrl } from '$lib/egress';
import type { CodeRequest } from '$lib/steps';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import codeUrl from '../../workers/code?worker&url';
import { codeRunner } from './code-runner';

/** Real workers with the real interpreter in them. */
let started = 0;
const runner = codeRunner(() => {
	started += 1;
	return new Worker(trustedScriptUrl(codeUrl), { type: 'module', name: 'code' });
});
let count = 0;

const data = {
	inputs: { orders: [{ total: 3 }, { total: 4 }], secret: 'x' },
	run: { number: 3, date: '2026-11-24', title: 'T', inputs: { week: 'W47' } }
};

function run(code: string, more: Partial<CodeRequest> = {}) {
	return runner.run(`attempt-${++count}`, { code, data, timeoutSeconds: 1, memoryMB: 32, ...more });
}
async function value(code: string): Promise<Json> {
	const result = await run(code);
	return result.ok ? result.value.value : `${result.failure.code}: ${result.failure.message}`;
}

beforeAll(async () => {
	// The first one pays for loading.
	expect(await value('return 1')).toBe(1);
});
afterAll(() => runner.close());

describe('code of a person', () => {
	it('gets its data and returns JSON', async () => {
		expect(await value('return inputs.orders.reduce((sum, order) => sum + order.total, 0)')).toBe(7);
		expect(await value('return { week: run.inputs.week, item, index, loop }')).toEqual({ week: 'W47' });
		expect(await value('return await Promise.resolve("later") // a comment at the end')).toBe('later');
		const scope = { item: { id: 7 }, index: 2, loop: { round: 3, last: 'draft' } };
		const inMap = await run('return [item.id, index, loop.last]', { data: { ...data, ...scope } });
		expect(inMap.ok && inMap.value.value).toEqual([7, 2, 'draft']);
	});

	it('cannot change its data, and changes of the language end with the run', async () => {
		for (const change of [
			'inputs.secret = 1',
			'inputs.orders.push(1)',
			'run.inputs.week = 1',
			'delete run.number'
		])
			expect(await value(`${change}; return 1`)).toMatch(/^code\.failed: The code failed: TypeError/);
		expect(await value('Array.prototype.sum = () => 1; globalThis.kept = 1; return [].sum()')).toBe(1);
		expect(await value('return [typeof [].sum, typeof kept]')).toEqual(['undefined', 'undefined']);
	});

	it('tells what it wrote, and where it broke', async () => {
		const wrote = await run(
			'console.log("total", 7, { a: 1 }); for (let i = 0; i < 500; i++) console.warn("x".repeat(9999)); return 1'
		);
		expect(wrote.ok && wrote.value.console.slice(0, 1)).toEqual(['total 7 {"a":1}']);
		expect(wrote.ok && wrote.value.console).toHaveLength(100);
		expect(wrote.ok && wrote.value.console[1]).toHaveLength(500);
		expect(await run('console.log("so far");\nnothing.there')).toMatchObject({
			failure: {
				code: 'code.failed',
				message: expect.stringMatching(/ReferenceError: .*nothing.* \(line 2\)\./) as string,
				details: { console: ['so far'] }
			}
		});
		expect(await value('return 1 +')).toMatch(/SyntaxError/);
	});

	it.each([
		['nothing at all', '', 'code.nothing'],
		['a function', 'return () => 1', 'code.nothing'],
		['a circle', 'const a = {}; a.a = a; return a', 'code.failed'],
		['a key that reaches a prototype', 'return JSON.parse(\'{"__proto__":{"a":1}}\')', 'code.key'],
		['too much', 'return "x".repeat(6000000)', 'code.too-large'],
		['a promise that nobody keeps', 'await new Promise(() => {}); return 1', 'code.never']
	])('does not hand on %s', async (_, code, expected) => {
		expect(await run(code)).toMatchObject({ ok: false, failure: { code: expected } });
	});
});

/** Ways out that were tried on sandboxes of this sort. Each gives something only when it reached what it wanted. */
const WAYS_OUT: Record<string, string> = {
	'a constructor chain': 'return typeof inputs.constructor.constructor("return this")().fetch',
	'the constructor of the console': 'return typeof console.log.constructor("return this")().indexedDB',
	'the constructor of an async function':
		'return typeof (await (async () => 0).constructor("return globalThis")()).postMessage',
	'the constructor of a generator':
		'return typeof (function* () {}).constructor("return globalThis")().next().value.self',
	'an error’s stack':
		'try { null.x } catch (e) { return typeof e.constructor.constructor("return this")().WorkerGlobalScope }',
	'Error.prepareStackTrace':
		'let seen = []; Error.prepareStackTrace = (_, frames) => { seen = frames; return "" }; new Error().stack; return seen.length ? typeof seen[0].getThis?.()?.fetch : typeof undefined',
	Function: 'return typeof Function("return this")().importScripts',
	eval: 'return typeof (0, eval)("this").navigator',
	'a template literal': 'return typeof Function`return this```.fetch',
	'import()': 'return typeof (await import("data:text/javascript,export default 1").catch(() => undefined))',
	'import() of our own': 'return typeof (await import("/").catch(() => undefined))',
	'import.meta': 'return typeof eval("import.meta")',
	fetch: 'return typeof fetch',
	XMLHttpRequest: 'return typeof XMLHttpRequest',
	WebSocket: 'return typeof WebSocket',
	EventSource: 'return typeof EventSource',
	importScripts: 'return typeof importScripts',
	indexedDB: 'return typeof indexedDB',
	caches: 'return typeof caches',
	navigator: 'return typeof navigator',
	postMessage: 'return typeof postMessage',
	WebAssembly: 'return typeof WebAssembly',
	Worker: 'return typeof Worker',
	setTimeout: 'return typeof setTimeout',
	'std and os of QuickJS':
		'return typeof std !== "undefined" || typeof os !== "undefined" ? "reached" : "undefined"',
	'modules std and os':
		'return typeof (await import("std").catch(() => import("os")).catch(() => undefined))',
	'the arguments of the caller': 'return typeof (function f() { return f.caller })()?.arguments'
};

describe('code of a person reaches nothing', () => {
	it.each(Object.entries(WAYS_OUT))('by %s', async (_, code) => {
		expect(await value(code)).toMatch(/^(undefined$|code\.failed: )/);
	});

	it('on a walk from the global object', async () => {
		const walk = `
			const seen = new Set(); const names = new Set(); const found = [];
			const queue = [globalThis, inputs, console, (async () => {}).constructor];
			while (queue.length) {
				const at = queue.pop();
				if ((typeof at !== 'object' && typeof at !== 'function') || at === null || seen.has(at)) continue;
				seen.add(at);
				for (const key of Reflect.ownKeys(at)) {
					names.add(String(key));
					let inner; try { inner = at[key] } catch { continue }
					queue.push(inner);
				}
				queue.push(Object.getPrototypeOf(at));
			}
			const wanted = ['fetch', 'indexedDB', 'WorkerGlobalScope', 'postMessage', 'importScripts', 'location', 'document',
				'navigator', 'WebSocket', 'XMLHttpRequest', 'caches', 'crypto', 'setTimeout', 'queueMicrotask', 'WebAssembly', 'self'];
			return { size: seen.size, found: wanted.filter((name) => names.has(name)) };`;
		const seen = (await value(walk)) as { size: number; found: string[] };
		expect(seen.found).toEqual([]);
		expect(seen.size).toBeGreaterThan(300);
	});
});

const BOMBS: Record<string, [code: string, failures: string[]]> = {
	'a loop without an end': ['while (true) {}', ['code.timeout']],
	'a loop that catches what stops it': ['for (;;) { try { for (;;) {} } catch {} }', ['code.timeout']],
	'jobs without an end': ['for (;;) await null', ['code.timeout']],
	// Each waits for the next: which limit is met first depends on the machine.
	'jobs that pile up': [
		'const again = () => Promise.resolve().then(again); await again()',
		['code.timeout', 'code.memory', 'code.never']
	],
	'jobs that catch what stops them': [
		'const spin = async () => { for (;;) {} }; for (;;) { try { await spin() } catch {} }',
		['code.timeout']
	],
	'a huge list made into text': [
		"return new Array(1e9) + ''",
		['code.timeout', 'code.memory', 'code.failed']
	],
	'a text that doubles': [
		"let text = 'x'; for (;;) text += text",
		['code.memory', 'code.failed', 'code.timeout']
	],
	'a text that is padded': [
		"return 'x'.padEnd(2 ** 30 - 1, 'y')",
		['code.memory', 'code.failed', 'code.timeout']
	],
	'memory without an end': ['const all = []; for (;;) all.push(new Uint8Array(1e6))', ['code.memory']],
	'a recursion without an end': ['const deeper = (n) => deeper(n + 1) + 1; return deeper(0)', ['code.stack']],
	'a deep list made into text': [
		'let deep = []; for (let i = 0; i < 1e6; i++) deep = [deep]; return deep',
		['code.stack', 'code.timeout', 'code.memory']
	],
	'a regular expression that goes astray': ["return /^(a+)+$/.test('a'.repeat(40) + 'b')", ['code.timeout']],
	'a sort that does not end': ['return [3, 1, 2].sort(() => { for (;;) {} })', ['code.timeout']]
};

describe('code that does not stop by itself', () => {
	it.each(Object.entries(BOMBS))('%s is stopped, and the next run works', async (_, [code, failures]) => {
		expect(await value('return 1')).toBe(1);
		const begun = performance.now();
		const before = started;
		const result = await run(code);
		// The limit of one second and one more for the worker, with a little for a busy machine.
		expect(performance.now() - begun).toBeLessThan(2_500);
		expect(
			result.ok
				? JSON.stringify(result.value).slice(0, 100)
				: failures.includes(result.failure.code) || result.failure
		).toBe(true);
		expect(!result.ok && result.failure.message).toMatch(/[.]$/);
		expect(await value('return 1 + 1')).toBe(2);
		// The one that failed is not used again.
		expect(started).toBe(before + 1);
	});

	it('does not hold up code beside it, and is ended when its step is given up', async () => {
		const begun = performance.now();
		const long = runner.run('given-up', { code: 'for (;;) {}', data, timeoutSeconds: 60, memoryMB: 32 });
		expect(await value('return 5')).toBe(5);
		runner.stop('given-up');
		expect(await long).toMatchObject({ ok: false, failure: { code: 'code.worker' } });
		expect(performance.now() - begun).toBeLessThan(5_000);
	});
});
