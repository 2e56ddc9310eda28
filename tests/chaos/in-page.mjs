/**
 * Runs in every page before its own code, and only listens: to what the page's engine worker answers, and to what engines
 * tell each other. Calls go the way the page's own calls go, as messages to the engine worker that the page started.
 */
export function watch() {
	/** @type {{ engine: Worker | null, report: any, leads: boolean, saving: boolean, notice: string | null, call: Function, read: Function }} */
	const chaos = (globalThis.chaos = {
		...{ engine: null, report: null, leads: false, saving: false, notice: null },
		...{ call, read }
	});
	const RealWorker = globalThis.Worker;
	if (!RealWorker || !globalThis.indexedDB) return;
	globalThis.Worker = class extends RealWorker {
		/** @param {string | URL} url @param {WorkerOptions} [options] */
		constructor(url, options) {
			super(url, options);
			if (!options?.name?.startsWith('engine')) return;
			Object.assign(chaos, { engine: this, report: null, leads: false, saving: false });
			this.addEventListener('message', ({ data }) => {
				const value = data?.value;
				if (value?.ok === false) chaos.report ??= value;
				if (value?.ok && value.value?.hadData !== undefined) chaos.report = value;
			});
		}

		/** The engine's status comes by the port that the page hands over with its call. @param {any} message @param {any} transfer */
		postMessage(message, transfer) {
			if (message?.path?.[0] === 'open' && Array.isArray(transfer)) listen(message, transfer);
			super.postMessage(message, transfer);
		}
	};

	/** Stands between the engine and the page's listener and hears whether this tab executes, and what it says of saving. @param {any} message @param {any[]} transfer */
	function listen(message, transfer) {
		const [port] = transfer;
		const between = new MessageChannel();
		between.port2.onmessage = ({ data, ports }) => {
			const status = data?.argumentList?.[0]?.value;
			if (status && 'leader' in status) {
				chaos.leads = status.leader;
				chaos.saving = status.saving;
				chaos.notice = status.notice;
			}
			port.postMessage(data, ports);
		};
		port.onmessage = (/** @type {MessageEvent} */ { data, ports }) =>
			between.port2.postMessage(data, [...ports]);
		message.argumentList[0].value = between.port1;
		transfer[0] = between.port1;
	}

	/** A method of the engine, in Comlink's words. @param {string} method @param {unknown[]} given */
	function call(method, ...given) {
		const worker = chaos.engine;
		if (!worker) return Promise.reject(new Error('no engine was started'));
		const id = `chaos-${Math.random()}`;
		return new Promise((resolve, reject) => {
			const heard = (/** @type {MessageEvent} */ { data }) => {
				if (data?.id !== id) return;
				worker.removeEventListener('message', heard);
				if (data.type === 'HANDLER') reject(new Error(JSON.stringify(data.value)));
				else resolve(data.value);
			};
			worker.addEventListener('message', heard);
			const argumentList = given.map((value) => ({ type: 'RAW', value }));
			worker.postMessage({ id, type: 'APPLY', path: [method], argumentList });
		});
	}

	/** Whole tables, or the rows of one stream, as they lie there. @param {string[]} tables @param {string} [stream] */
	async function read(tables, stream) {
		const open = indexedDB.open('galley');
		const database = await new Promise((resolve, reject) => {
			// Opening one that is not there would make an empty one.
			open.onupgradeneeded = () => open.transaction?.abort();
			open.onsuccess = () => resolve(open.result);
			open.onerror = () => reject(new Error('the database is not there'));
		});
		try {
			const transaction = database.transaction(tables);
			const range = stream && IDBKeyRange.bound([stream, 0], [stream, Infinity]);
			return await Promise.all(
				tables.map(
					(table) =>
						new Promise((resolve, reject) => {
							const request = transaction.objectStore(table).getAll(table === 'events' ? range : undefined);
							request.onsuccess = () => resolve(request.result);
							request.onerror = () => reject(request.error);
						})
				)
			);
		} finally {
			database.close();
		}
	}

	// An engine says `appended` when both copies hold a commit, and begins the next one only after it. So what the database
	// shows now may be one commit ahead of the second copy, and is surely in both when two more were announced.
	/** @type {unknown[]} */
	const shown = [];
	let turn = Promise.resolve();
	new BroadcastChannel('galley-engine').addEventListener('message', ({ data }) => {
		if (data?.type !== 'appended') return;
		turn = turn
			.then(async () => {
				if (shown.length === 2) globalThis.chaosAcknowledged?.(shown.shift());
				const [heads] = await read(['heads']);
				shown.push(heads);
			})
			.catch(() => undefined);
	});
}
