import {
	webllm,
	type WebllmConfig,
	type WebllmDownloaded,
	type WebllmLook,
	type WebllmWorker
} from '$lib/app';
import type { Failure, Json, Usage } from '$lib/core';

/** What the two questions are; both small, so that a slow device gets through. */
const TEXT = {
	system: 'You answer briefly and plainly.',
	user: 'Write three sentences on how to check the figures of a weekly report.',
	maxTokens: 160
};
const SCHEMA: Record<string, Json> = {
	type: 'object',
	properties: {
		week: { type: 'string' },
		revenue: { type: 'number' },
		isComplete: { type: 'boolean' }
	},
	required: ['week', 'revenue', 'isComplete'],
	additionalProperties: false
};
const FORM = {
	system: 'You take facts out of a text and answer in JSON.',
	user: 'In week 2026-W45 revenue was 48210 euros, and all files were there. Give week, revenue and isComplete.',
	maxTokens: 120,
	json: { name: 'facts', schema: SCHEMA }
};

/** How one question went. */
export interface Answered {
	text: string;
	failure: Failure | null;
	usage: Usage;
	/** From asking to the first piece, and from there to the end, ms; null until it is so far. */
	firstMs: number | null;
	restMs: number | null;
	done: boolean;
}

/** The state of the page: one model, looked at, downloaded and asked by hand. */
export class WebllmCheck {
	/** Null until looked at, and while there is no such model. */
	look = $state.raw<WebllmLook | null>(null);
	/** Why it cannot even be looked at. */
	unknown = $state.raw<Failure | null>(null);
	/** What goes on, in words; null when nothing does. */
	busy = $state.raw<{
		what: 'look' | 'download' | 'copy' | 'ask';
		text: string;
		share: number | null;
	} | null>(null);
	downloaded = $state.raw<WebllmDownloaded | null>(null);
	/** Why a folder was not brought in. */
	refused = $state.raw<Failure | null>(null);
	text = $state.raw<Answered | null>(null);
	form = $state.raw<Answered | null>(null);
	/** How long loading took, ms; null where it was loaded already or not at all. */
	loadMs = $state.raw<number | null>(null);
	#worker: WebllmWorker | null = null;
	#stop = new AbortController();
	#looks = 0;

	async see(config: WebllmConfig): Promise<void> {
		this.busy = { what: 'look', text: 'Looking at this device', share: null };
		const mine = (this.#looks += 1);
		const found = await (await this.#open()).look(config);
		// Another model was chosen meanwhile, and the answers need not come in their order.
		if (mine !== this.#looks) return;
		this.look = found.ok ? found.value : null;
		this.unknown = found.ok ? null : found.failure;
		this.busy = null;
	}

	async download(config: WebllmConfig, agreed: string[]): Promise<void> {
		[this.downloaded, this.refused] = [null, null];
		this.busy = { what: 'download', text: 'Asking for the list of files', share: null };
		const worker = await this.#open();
		this.downloaded = await worker.download(config, agreed, ({ text, done, total }) => {
			this.busy = { what: 'download', text, share: done !== undefined && total ? done / total : null };
		});
		await this.see(config);
	}

	/** Copies the model's files from a folder. */
	async bringIn(config: WebllmConfig, files: File[]): Promise<void> {
		[this.downloaded, this.refused] = [null, null];
		this.busy = { what: 'copy', text: 'Looking through the folder', share: null };
		const worker = await this.#open();
		const done = await worker.bringIn(config, files, ({ text, done, total }) => {
			this.busy = { what: 'copy', text, share: done !== undefined && total ? done / total : null };
		});
		this.refused = done.ok ? null : done.failure;
		await this.see(config);
	}

	async run(config: WebllmConfig): Promise<void> {
		this.#stop = new AbortController();
		[this.text, this.form, this.loadMs] = [null, null, null];
		this.busy = { what: 'ask', text: 'Starting', share: null };
		const isFine = await this.#ask(config, TEXT, (answered) => (this.text = answered));
		if (isFine) await this.#ask(config, FORM, (answered) => (this.form = answered));
		await this.see(config);
	}

	async #ask(
		config: WebllmConfig,
		question: typeof TEXT | typeof FORM,
		show: (answered: Answered) => void
	): Promise<boolean> {
		const worker = await this.#open();
		const asked: Answered = {
			...{ text: '', failure: null, usage: { input: null, output: null } },
			...{ firstMs: null, restMs: null, done: false }
		};
		let began = performance.now();
		let first: number | null = null;
		show(asked);
		const outcome = await worker.ask(
			config,
			question,
			{
				loading: ({ text, done, total }) => {
					this.busy = { what: 'ask', text, share: done !== undefined && total ? done / total : null };
					this.loadMs = (this.loadMs ?? 0) + performance.now() - began;
					began = performance.now();
				},
				text: (piece) => {
					this.busy = { what: 'ask', text: 'Answering', share: null };
					first ??= performance.now();
					asked.text += piece;
					show({ ...asked, firstMs: first - began });
				}
			},
			this.#stop.signal
		);
		const end = performance.now();
		show({
			text: outcome.ok ? outcome.value.text : outcome.kept,
			failure: outcome.ok ? null : outcome.failure,
			usage: outcome.ok ? outcome.value.usage : asked.usage,
			firstMs: first === null ? null : first - began,
			restMs: first === null ? null : end - first,
			done: true
		});
		return outcome.ok;
	}

	async stop(): Promise<void> {
		this.#stop.abort();
		await this.#worker?.stopDownload();
	}

	async forget(config: WebllmConfig): Promise<void> {
		// A model that is loaded goes with its worker.
		this.close();
		await (await this.#open()).forget(config);
		[this.text, this.form, this.downloaded, this.refused] = [null, null, null, null];
		await this.see(config);
	}

	async allow(config: WebllmConfig): Promise<void> {
		await (await this.#open()).allow(config);
		await this.see(config);
	}

	/** Frees the graphics device. */
	close(): void {
		this.#worker?.close();
	}

	async #open(): Promise<WebllmWorker> {
		const { WebllmWorker } = await webllm();
		return (this.#worker ??= new WebllmWorker());
	}
}

/** Tokens a second after the first piece, or null where it is not known. */
export function speedOf({ usage, restMs }: Answered): number | null {
	if (usage.output === null || restMs === null || restMs === 0 || usage.output < 2) return null;
	return ((usage.output - 1) / restMs) * 1000;
}

/** Does the text hold to the form that was asked for? The checks of a run are stricter; this one is for the eye. */
export function fitsForm(text: string): boolean {
	try {
		const value = JSON.parse(text) as Record<string, unknown>;
		return (
			typeof value['week'] === 'string' &&
			typeof value['revenue'] === 'number' &&
			typeof value['isComplete'] === 'boolean'
		);
	} catch {
		return false;
	}
}
