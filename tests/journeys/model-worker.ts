import { readdirSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { BUILD } from './fixtures';

/** What is asked of a model in these tests, beside the model itself. */
export interface Asked {
	key: string;
	user?: string;
	system?: string;
	schema?: Record<string, unknown>;
	maxTokens?: number;
	timeoutSeconds?: number;
	/** Settings of the provider beside the model. */
	more?: Record<string, unknown>;
	/** Ends the worker, as the browser ends a tab, once loading is in this phase; the call never settles then. */
	endIn?: string;
	/** Stops the call once loading is in this phase. */
	stopIn?: string;
	/** Stops the call once so many pieces came. */
	stopAfterPieces?: number;
}

export interface Told {
	outcome: {
		ok: boolean;
		value?: {
			text: string;
			finish: string;
			model: string;
			usage: { input: number | null; output: number | null };
			warnings: string[];
		};
		failure?: { code: string; message: string; retryable: boolean; details?: Record<string, unknown> };
		kept?: string;
	};
	pieces: string[];
	/** Phases of loading, each once, in their order. */
	phases: string[];
	ms: number;
}

/** Opens a page of the app with a model worker of its own: the built one, spoken to as the engine does. */
export async function openModelWorker(page: Page): Promise<void> {
	const [script] = readdirSync(`${BUILD}/_app/immutable/workers`).filter((name) =>
		/^model-.*\.js$/.test(name)
	);
	await page.addInitScript((url) => {
		const { trustedTypes } = globalThis as unknown as {
			trustedTypes: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } };
		};
		// The page has one policy by this name, made when it starts its first worker; the test starts its worker by it.
		const make = trustedTypes.createPolicy.bind(trustedTypes);
		const started = new Promise<Worker>((resolve) => {
			trustedTypes.createPolicy = (name, rules) => {
				const policy = make(name, rules);
				if (name === 'galley-script-url')
					resolve(new Worker(policy.createScriptURL(url), { type: 'module', name: 'model-of-test' }));
				return policy;
			};
		});
		const waiting = new Map<string, (value: unknown) => void>();
		void started.then((worker) => {
			worker.onerror = (event) => console.error('model worker:', event.message);
			worker.onmessage = ({ data }: MessageEvent<{ id: string; value: unknown }>) =>
				waiting.get(data.id)?.(data.value);
		});
		const wire = (value: unknown) => {
			if (typeof value !== 'function') return { entry: { type: 'RAW', value }, ports: [] };
			const { port1, port2 } = new MessageChannel();
			port1.onmessage = ({ data }: MessageEvent<{ id: string; argumentList: { value: unknown }[] }>) => {
				(value as (...given: unknown[]) => void)(...data.argumentList.map((one) => one.value));
				port1.postMessage({ id: data.id, type: 'RAW', value: undefined });
			};
			return { entry: { type: 'HANDLER', name: 'proxy', value: port2 }, ports: [port2] };
		};
		const call = async (path: string[], given: unknown[]) => {
			const worker = await started;
			const id = crypto.randomUUID();
			const wired = given.map(wire);
			const answered = new Promise((resolve) => waiting.set(id, resolve));
			worker.postMessage(
				{ id, type: 'APPLY', path, argumentList: wired.map(({ entry }) => entry) },
				wired.flatMap(({ ports }) => ports)
			);
			return answered;
		};
		Object.assign(globalThis, {
			__call: call,
			__end: () =>
				started.then((worker) => {
					worker.terminate();
					Object.assign(globalThis, { __ended: true });
				})
		});
	}, `/_app/immutable/workers/${script}`);
	await page.goto('/');
	await page.waitForFunction(() => '__call' in globalThis);
}

type Page2 = { __call: (path: string[], given: unknown[]) => Promise<unknown>; __end: () => Promise<void> };

/** One method of `files` in the worker. */
export function files<T>(page: Page, method: string, ...given: unknown[]): Promise<T> {
	return page.evaluate(([name, args]) => (globalThis as unknown as Page2).__call(['files', name], args), [
		method,
		given
	] as const) as Promise<T>;
}

/** The call under which {@link letOut} lets the worker ask for public files. */
export const DOWNLOAD = 'download-of-test';

/** A pass for a host, as the engine gives one: the service worker lets nothing through without. */
export function letOut(page: Page, url: string): Promise<void> {
	return page.evaluate(
		async ([call, origin]) => {
			const pass = { origins: [origin], follows: true, runId: null, until: Date.now() + 600_000 };
			// On a full disk the one from before is still good.
			await (
				await caches.open('galley-passes')
			)
				.put(`/pass/${call}`, Response.json(pass))
				.catch(() => undefined);
		},
		[DOWNLOAD, new URL(url).origin] as const
	);
}

/** Gives the worker a file as a person would choose it. */
export function bringIn<T>(page: Page, name: string, bytes: Buffer): Promise<T> {
	return page.evaluate(
		async ([fileName, base64]) => {
			const content = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
			const file = new File([content], fileName);
			return (globalThis as unknown as Page2).__call(['files', 'bringInModel'], [file]);
		},
		[name, bytes.toString('base64')] as const
	) as Promise<T>;
}

/** True once the worker was ended. */
export function isEnded(page: Page): Promise<boolean> {
	return page.evaluate(() => '__ended' in globalThis);
}

/** Asks the model something, through everything that Galley puts around it. */
export function ask(page: Page, asked: Asked): Promise<Told> {
	return page.evaluate(async (given) => {
		const { __call: call, __end: end } = globalThis as unknown as Page2;
		const pieces: string[] = [];
		const phases: string[] = [];
		const started = performance.now();
		const outcome = (await call(
			['generate'],
			[
				'call',
				{
					provider: {
						id: 'wllama',
						title: 'Model on this device',
						onDevice: true,
						config: { model: given.key, ...given.more }
					},
					system: given.system ?? '',
					user: given.user ?? 'Write.',
					timeoutSeconds: given.timeoutSeconds ?? 60,
					...(given.maxTokens ? { maxTokens: given.maxTokens } : {}),
					...(given.schema ? { json: { name: 'answer', schema: given.schema } } : {})
				},
				(piece: string) => {
					pieces.push(piece);
					if (given.stopAfterPieces === pieces.length) void call(['abort'], ['call']);
				},
				({ phase }: { phase: string }) => {
					if (phases.at(-1) !== phase) phases.push(phase);
					if (given.endIn === phase) void end();
					if (given.stopIn === phase) void call(['abort'], ['call']);
				}
			]
		)) as Told['outcome'];
		const ms = performance.now() - started;
		// Pieces come through a port of their own, which may be behind.
		const said = outcome.ok ? (outcome.value?.text ?? '') : (outcome.kept ?? '');
		for (let tries = 0; tries < 50 && pieces.join('') !== said; tries += 1)
			await new Promise((resolve) => setTimeout(resolve, 20));
		return { outcome, pieces, phases, ms };
	}, asked);
}
