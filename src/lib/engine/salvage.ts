import { getSetting, putSetting, type GalleyDatabase } from '$lib/storage';
import * as z from 'zod';

/** Text that came since is written so much later, ms. */
const EVERY_MS = 1_000;

const keyOf = (attemptId: string) => `salvage:${attemptId}`;

/**
 * What a model has written so far, kept beside the log while it writes: a tab that is killed leaves it for whoever goes on
 * with the run. It is no fact before that, so it stands in no history.
 */
export class Salvage {
	readonly #open = new Map<
		string,
		{ text: string; timer?: ReturnType<typeof setTimeout>; isKept: boolean }
	>();

	constructor(private readonly database: GalleyDatabase) {}

	add(attemptId: string, piece: string): void {
		const open = this.#open.get(attemptId) ?? { text: '', isKept: false };
		this.#open.set(attemptId, open);
		open.text += piece;
		open.timer ??= setTimeout(() => {
			delete open.timer;
			open.isKept = true;
			// On a full disk it is lost at a crash, as it would have been anyway.
			void putSetting(this.database, keyOf(attemptId), open.text).catch(() => undefined);
		}, EVERY_MS);
	}

	/** The log says how the attempt ended. */
	end(attemptId: string): void {
		const open = this.#open.get(attemptId);
		clearTimeout(open?.timer);
		this.#open.delete(attemptId);
		if (open?.isKept) void this.#drop(attemptId);
	}

	/** What a tab that is gone had received of an attempt; empty where it left nothing. Given out once. */
	async take(attemptId: string): Promise<string> {
		const text = await getSetting(this.database, keyOf(attemptId), z.string(), '').catch(() => '');
		if (text !== '') void this.#drop(attemptId);
		return text;
	}

	/** A run has ended: whatever was left of it is nobody's any more. */
	async forget(runId: string): Promise<void> {
		const left = this.database.settings.where('key').startsWith(keyOf(`${runId}/`));
		await left.delete().catch(() => undefined);
	}

	#drop(attemptId: string): Promise<void> {
		return this.database.settings.delete(keyOf(attemptId)).catch(() => undefined);
	}
}
