import wasmUrl from '@jitl/quickjs-wasmfile-release-sync/wasm?url';
import { fail, failure, hasForbiddenKey, ok, type Failure, type Json, type Result } from '$lib/core';
import type { QuickJSContext, QuickJSHandle, QuickJSWASMModule } from 'quickjs-emscripten-core';
import { tookTooLong, type CodeRequest, type CodeReturn, type RunCode } from '$lib/steps';

/**
 * A person's JavaScript in an interpreter of its own (QuickJS in WebAssembly): it is handed JSON as text and hands JSON
 * back as text, so there is no object of ours that it could walk away from. For a worker that can be ended: time is
 * looked at between instructions only, and one instruction can be long.
 */

const STACK_BYTES = 320 * 1024;
const PAGES_A_MB = 16;
/** What the interpreter itself needs beside what the code may take. */
const OWN_PAGES = 512;
const FIRST_PAGES = 256;
const LONGEST_RESULT = 5_000_000;
const MOST_LINES = 100;
const LONGEST_LINE = 500;
const LONGEST_ERROR = 300;

/** Runs first, so that what it takes of the language cannot have been changed. Gives the function that runs the code. */
const HARNESS = `((say) => {
	const { parse, stringify } = JSON;
	const { freeze, values } = Object;
	const frozen = (value) => {
		if (value === null || typeof value !== 'object') return value;
		for (const inner of values(value)) frozen(inner);
		return freeze(value);
	};
	const shown = (value) => (typeof value === 'string' ? value : (stringify(value) ?? String(value)));
	const line = (...all) => say(all.map(shown).join(' ').slice(0, ${LONGEST_LINE}));
	globalThis.console = freeze({ log: line, info: line, debug: line, warn: line, error: line });
	return async (main, text) => {
		const { inputs, run, item, index, loop } = frozen(parse(text));
		return stringify(await main(inputs, run, item, index, loop));
	};
})`;

const BEFORE = '(async (inputs, run, item, index, loop) => { "use strict"; ';
const AFTER = '\n})';

/** Loads the interpreter once; each run gets an instance and a memory of its own. */
export async function openSandbox(): Promise<RunCode> {
	const [core, variant, wasm] = await Promise.all([
		import('quickjs-emscripten-core'),
		import('@jitl/quickjs-wasmfile-release-sync'),
		fetch(wasmUrl).then(async (response) => WebAssembly.compile(await response.arrayBuffer()))
	]);
	return async (request) => {
		const wasmMemory = new WebAssembly.Memory({
			initial: FIRST_PAGES,
			maximum: OWN_PAGES + request.memoryMB * PAGES_A_MB
		});
		const own = core.newVariant(variant.default, { wasmModule: async () => wasm, wasmMemory });
		return runIn(await core.newQuickJSWASMModuleFromVariant(own), request);
	};
}

/** Nothing is disposed of one by one: the whole instance is dropped after its one run. */
function runIn(quickjs: QuickJSWASMModule, request: CodeRequest): Result<CodeReturn> {
	const lines: string[] = [];
	const deadline = Date.now() + request.timeoutSeconds * 1000;
	try {
		const runtime = quickjs.newRuntime({
			memoryLimitBytes: request.memoryMB * 1024 * 1024,
			maxStackSizeBytes: STACK_BYTES,
			interruptHandler: () => Date.now() > deadline
		});
		const vm = runtime.newContext();
		const must = (result: ReturnType<QuickJSContext['evalCode']>): QuickJSHandle => {
			if (result.error) throw new Error(said(vm, result.error));
			return result.value;
		};
		const say = vm.newFunction('say', (text) => {
			if (lines.length < MOST_LINES && vm.typeof(text) === 'string') lines.push(vm.getString(text));
		});
		const start = must(vm.callFunction(must(vm.evalCode(HARNESS, 'galley.js')), vm.undefined, say));
		const main = must(vm.evalCode(`${BEFORE}${request.code}${AFTER}`, 'code.js'));
		const promise = must(
			vm.callFunction(start, vm.undefined, main, vm.newString(JSON.stringify(request.data)))
		);
		let state = vm.getPromiseState(promise);
		while (state.type === 'pending' && runtime.hasPendingJob() && Date.now() <= deadline) {
			const ran = runtime.executePendingJobs(64);
			if (ran.error) throw new Error(said(vm, ran.error));
			state = vm.getPromiseState(promise);
		}
		if (state.type === 'rejected') throw new Error(said(vm, state.error));
		if (state.type === 'pending' && Date.now() <= deadline) return fail(told('code.never', lines, NEVER));
		if (state.type === 'pending') throw new Error('interrupted');
		const result = taken(vm, state.value);
		return result.ok ? ok({ value: result.value, console: lines }) : fail(withLines(result.failure, lines));
	} catch (cause) {
		const text = cause instanceof Error ? cause.message : String(cause);
		return fail(why(text, Date.now() > deadline, request, lines));
	}
}

/** The result, which the harness made into text inside. */
function taken(vm: QuickJSContext, handle: QuickJSHandle): Result<Json> {
	if (vm.typeof(handle) !== 'string') {
		return fail(
			failure(
				'code.nothing',
				'The code returned nothing that can be kept. End it with a “return” of text, a number, a list or an object; then start a new run.'
			)
		);
	}
	const length = vm.getNumber(vm.getProp(handle, 'length'));
	if (length > LONGEST_RESULT) {
		return fail(
			failure(
				'code.too-large',
				`The code returned ${(length / 1_000_000).toFixed(1)} million characters; at most ${LONGEST_RESULT / 1_000_000} million are kept. Let it return less and start a new run.`
			)
		);
	}
	const value = JSON.parse(vm.getString(handle)) as Json;
	if (!hasForbiddenKey(value)) return ok(value);
	return fail(
		failure(
			'code.key',
			'The code returned an object with a key such as “__proto__”. Give that member another name.'
		)
	);
}

/** Without memory for the news that it failed, code that ran out of memory looks like code that waits. */
const NEVER =
	'The code never came to its end, so it was stopped: it waits for something that never comes (there are no timers and no network here), or its memory ran out. Let it return its result, or raise its limit.';

/** An error of the code in one line, with the line of the code that it came from. */
function said(vm: QuickJSContext, handle: QuickJSHandle): string {
	const thrown: unknown = vm.dump(handle);
	if (thrown === null || typeof thrown !== 'object' || !('message' in thrown)) return String(thrown);
	const { name, message, stack } = thrown as Record<string, unknown>;
	const line = /code\.js:(\d+)/.exec(String(stack))?.[1];
	return `${String(name)}: ${String(message)}${line ? ` (line ${line})` : ''}`;
}

function why(text: string, late: boolean, request: CodeRequest, lines: string[]): Failure {
	if (late) return withLines(tookTooLong(request), lines);
	// Null is what the interpreter throws when it has no memory left for an error.
	if (/^null$|out of memory|memory access out of bounds|Cannot enlarge memory/i.test(text)) {
		const much = `more than ${request.memoryMB} MB of memory`;
		return told(
			'code.memory',
			lines,
			`The code needed ${much} and was stopped. Let it work on less, or raise its limit.`
		);
	}
	if (/stack/i.test(text)) {
		return told(
			'code.stack',
			lines,
			'The code called itself too deeply and was stopped. Look for a call without an end.'
		);
	}
	const short = text.length > LONGEST_ERROR ? `${text.slice(0, LONGEST_ERROR)}…` : text;
	return told(
		'code.failed',
		lines,
		`The code failed: ${short}. Mend it in the workflow and start a new run.`
	);
}

function told(code: string, lines: string[], message: string): Failure {
	return withLines(failure(code, message), lines);
}

function withLines(told: Failure, lines: string[]): Failure {
	return lines.length > 0 ? { ...told, details: { ...told.details, console: lines } } : told;
}
