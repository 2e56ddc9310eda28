import { trustedScriptUrl } from '$lib/egress';
import type { EngineApi } from '$lib/engine';
import { proxy, wrap } from 'comlink';
import engineUrl from '$workers/engine?worker&url';

// The engine worker as the app starts it. Its name tells it the point at which it is to stop dead; in its address that
// would make two modules of one, since its chunks import it without.
const name = `engine${location.hash}`;
const worker = new Worker(trustedScriptUrl(engineUrl), { type: 'module', name });
const engine = wrap<EngineApi>(worker);
// Kept: when a proxy is collected, Comlink has the worker answer nobody any more.
Object.assign(globalThis, { engine });
void engine.open(proxy(() => undefined));
