import type { Page } from '@playwright/test';
import { recordsIn, valuesIn } from '../support/stored-rows.mjs';

/** What this origin keeps, read past the app: the database itself and the files of the private file system. */

/** Everything that an import has to bring back, in canonical form: bytes as hex, rows ordered by their keys. */
export interface Kept {
	/** Logs of runs and workflows. */
	events: unknown[];
	heads: unknown[];
	runs: unknown[];
	workflows: unknown[];
	notes: unknown[];
	entries: unknown[];
	values: unknown[];
}

export async function kept(page: Page): Promise<Kept> {
	const all = await stores(page);
	const ours = (row: unknown) => /^(run|workflow):/.test((row as { stream: string }).stream);
	const rows = (name: string) => all[name] ?? [];
	return {
		events: recordsIn(rows('events')).filter(ours),
		heads: (rows('heads') as { stream: string; length: number; hash: string }[])
			.filter(ours)
			.map(({ stream, length, hash }) => ({ stream, length, hash })),
		runs: rows('runs'),
		workflows: rows('workflows'),
		notes: rows('notes'),
		entries: rows('entries'),
		values: valuesIn(rows('values'), rows('packs'))
	};
}

/** Every row of every store but the lease's, which moves whenever a tab opens. */
export async function written(page: Page): Promise<Record<string, unknown[]>> {
	const all = await stores(page);
	const meta = (all['meta'] ?? []).filter((row) => (row as { key: string }).key !== 'fence');
	return { ...all, meta };
}

/** Every row of every store. */
export function stores(page: Page): Promise<Record<string, unknown[]>> {
	return page.evaluate(async () => {
		const plain = (value: unknown): unknown => {
			if (value instanceof Uint8Array)
				return Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('');
			if (Array.isArray(value)) return value.map(plain);
			if (value === null || typeof value !== 'object') return value;
			return Object.fromEntries(
				Object.entries(value)
					.sort(([a], [b]) => (a < b ? -1 : 1))
					.map(([key, inner]) => [key, plain(inner)])
			);
		};
		const open = indexedDB.open('galley');
		const database = await new Promise<IDBDatabase>((resolve, reject) => {
			open.onsuccess = () => resolve(open.result);
			open.onerror = () => reject(new Error('the database cannot be opened'));
		});
		const found: Record<string, unknown[]> = {};
		for (const name of database.objectStoreNames) {
			const request = database.transaction(name).objectStore(name).getAll();
			found[name] = await new Promise<unknown[]>((resolve) => {
				request.onsuccess = () => resolve((request.result as unknown[]).map(plain));
			});
		}
		database.close();
		return found;
	});
}

/** Rows in an order of their own, without what belongs to one tab, one journal or one backup. */
export async function everything(page: Page): Promise<Record<string, unknown>> {
	const { meta: _meta, events, packs, values, heads, settings, ...rows } = await stores(page);
	const settled = (settings ?? []).filter((row) => (row as { key: string }).key !== 'backup');
	const records = (events ?? []).flatMap((row) => (row as { records: string[] }).records);
	const small = (packs ?? []).flatMap((row) => (row as { values: unknown[] }).values);
	// A small value may lie in the rows of two commits.
	const contents = new Set([...(values ?? []), ...small].map((value) => JSON.stringify(value)));
	const ends = (heads ?? []).map((head) => {
		const { stream, length, hash } = head as { stream: string; length: number; hash: string };
		return `${stream} ${length} ${hash}`;
	});
	return {
		...rows,
		settings: settled,
		records: records.sort(),
		values: [...contents].sort(),
		heads: ends.sort()
	};
}

/** Names of the private file system's files whose bytes hold a text (as UTF-8), and how many files were read. */
export function filesWith(page: Page, text: string): Promise<{ read: number; found: string[] }> {
	return page.evaluate(async (needle) => {
		const found: string[] = [];
		let read = 0;
		const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
			for await (const [name, handle] of folder.entries()) {
				if (handle instanceof FileSystemDirectoryHandle) {
					await walk(handle, `${path}${name}/`);
				} else if (handle instanceof FileSystemFileHandle) {
					const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
					read += 1;
					if (new TextDecoder('latin1').decode(bytes).includes(needle)) found.push(path + name);
				}
			}
		};
		await walk(await navigator.storage.getDirectory(), '');
		return { read, found };
	}, text);
}

/** Takes a stored file away by its hash, as a disk that lost it would. True when it was there. */
export function loseFile(page: Page, hash: string): Promise<boolean> {
	return page.evaluate(async (name) => {
		const lose = async (folder: FileSystemDirectoryHandle): Promise<boolean> => {
			for await (const [key, handle] of folder.entries()) {
				if (handle instanceof FileSystemDirectoryHandle) {
					if (await lose(handle)) return true;
				} else if (key === name) {
					await folder.removeEntry(key);
					return true;
				}
			}
			return false;
		};
		return lose(await navigator.storage.getDirectory());
	}, hash);
}

/** A request in the egress ledger, as far as tests look at it. */
export interface LedgerEntry {
	at: number;
	endedAt: number | null;
	runId: string | null;
	stepId: string | null;
	purpose: string;
	origin: string | null;
	method: string | null;
	status: number | null;
	sent: number | null;
	received: number | null;
	seen: { sent: number; received: number } | null;
	decision: 'allowed' | 'blocked';
	blocked: { by: string; code: string; what: string } | null;
}

/** The egress ledger, the oldest first. */
export async function ledgerOf(page: Page): Promise<LedgerEntry[]> {
	const rows = ((await stores(page))['requests'] ?? []) as LedgerEntry[];
	return rows.sort((a, b) => a.at - b.at);
}
