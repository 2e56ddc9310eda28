import {
	createScratch,
	createShelf,
	createStore,
	FolderBook,
	GalleyDatabase,
	KeyVault,
	SigningKey
} from '$lib/storage';
import { STREAM_CHANNEL } from '$lib/core';
import { isPoliced } from '$lib/egress';
import { EGRESS_CHANNEL } from '$lib/pass';
import { Engine } from './engine';
import { systemClock, systemRandom } from './ids';
import { workerExecutor } from './worker-executor';

/** The engine of a tab on this device's own storage. For the engine worker: it needs OPFS access handles. */
export function browserEngine(): Engine {
	const text = new BroadcastChannel(STREAM_CHANNEL);
	return new Engine({
		store: createStore(),
		database: new GalleyDatabase(),
		executor: workerExecutor(),
		clock: systemClock,
		random: systemRandom,
		channel: new BroadcastChannel('galley-engine'),
		stream: (pieces) => text.postMessage(pieces),
		locks: navigator.locks,
		vault: new KeyVault(),
		reports: new BroadcastChannel(EGRESS_CHANNEL),
		isGuarded: () => isPoliced() === true,
		shelf: createShelf(),
		folders: new FolderBook(),
		signing: new SigningKey(),
		scratch: () => createScratch()
	});
}
