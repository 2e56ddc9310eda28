import { installGuard } from '$lib/egress';
// Sets `onmessage`, and does nothing before the first message; see .ci/llama-runtime.mjs.
import 'virtual:llama-runtime';

// Nested in the model worker. It reaches nothing but the runtime's own file, which lies on this origin.
installGuard(globalThis);

// The runtime takes a GPU wherever it finds one; a person may prefer that it does not.
if (self.name === 'llama-cpu') {
	const none = { requestAdapter: () => Promise.resolve(null) };
	Object.defineProperty(WorkerNavigator.prototype, 'gpu', { get: () => none });
}

// Where a call can't be suspended (no JSPI), the runtime wants the two names all the same.
const wasm = WebAssembly as unknown as Record<string, unknown>;
wasm['Suspending'] ??= function (call: unknown) {
	return call;
};
wasm['promising'] ??=
	(call: (...given: unknown[]) => unknown) =>
	async (...given: unknown[]) =>
		call(...given);
