import { installGuard } from '$lib/egress';
import { browserEngine, engineService } from '$lib/engine';
import { expose } from 'comlink';

installGuard(globalThis);
// Held for as long as this worker lives, and before it answers: whoever gets it after it knows that the worker is dead.
const held = new Promise<true>((resolve) => {
	void navigator.locks.request(self.name, () => {
		resolve(true);
		return new Promise(() => undefined);
	});
});
expose({ ...engineService(browserEngine()), ping: () => held });
