import { trustedScriptUrl } from '$lib/egress';
import llamaUrl from '../../../workers/llama?worker&url';

/**
 * wllama joins the code of its worker together as text and starts it from a blob. Galley's policy lets no worker start
 * from a blob, since that could be any text; so while a model is loaded, the worker that wllama asks for is the app's own
 * (src/workers/llama.ts), which is the same code as a file. Settles with what `load` gives; rejects when the worker
 * cannot be started, of which wllama itself would never tell.
 */
export async function withOwnWorker<T>(cpuOnly: boolean, load: () => Promise<T>): Promise<T> {
	const Real = globalThis.Worker;
	return new Promise<T>((resolve, reject) => {
		globalThis.Worker = class extends Real {
			constructor(asked: string | URL, options?: WorkerOptions) {
				if (!String(asked).startsWith('blob:')) {
					super(asked, options);
					return;
				}
				URL.revokeObjectURL(String(asked));
				super(trustedScriptUrl(llamaUrl), { type: 'module', name: cpuOnly ? 'llama-cpu' : 'llama' });
				this.addEventListener('error', (event) =>
					reject(new Error(event.message || 'the runtime did not start'))
				);
			}
		};
		load()
			.then(resolve, reject)
			.finally(() => {
				globalThis.Worker = Real;
			});
	});
}
