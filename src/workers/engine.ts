import '$lib/core';
import { installGuard } from '$lib/egress';
import {
	Engine,
	engineService,
	STREAM_CHANNEL,
	systemClock,
	systemRandom,
	workerExecutor
} from '$lib/engine';
import { createStore, GalleyDatabase } from '$lib/storage';
import { expose } from 'comlink';

installGuard(globalThis);

const text = new BroadcastChannel(STREAM_CHANNEL);

expose(
	engineService(
		new Engine({
			store: createStore(),
			database: new GalleyDatabase(),
			executor: workerExecutor(),
			clock: systemClock,
			random: systemRandom,
			channel: new BroadcastChannel('galley-engine'),
			stream: (pieces) => text.postMessage(pieces),
			locks: navigator.locks
		})
	)
);
