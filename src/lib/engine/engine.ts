import { DONE, type Clock, type Random, type Result } from '$lib/core';
import { decide, type Command, type CorrectionNote } from '$lib/run';
import { seal } from '$lib/pass';
import {
	fits,
	type FolderBook,
	type GalleyDatabase,
	type KeyVault,
	type OpenReport,
	type Scratch,
	type Shelf,
	type SigningKey,
	type Store,
	type StoredValue
} from '$lib/storage';
import type { EngineStatus, StreamPiece } from './api';
import type { AttemptPorts } from './attempt-log';
import { finishRestore } from './backup/restore';
import { earlierResult } from './earlier-result';
import { Keys, type KeyMessage } from './keys';
import { Folders } from './folders/folders';
import { keepLedger } from './ledger';
import type { MonthPorts } from './month';
import { holdLease, type Lease } from './lease';
import { monthPorts } from './month';
import { passing } from './passes';
import type { Executor } from './protocol';
import { BUILT_IN } from '$lib/core';
import { CommitQueue, type SaveState } from './queue';
import { Reconciler } from './reconcile';
import { RunLog } from './run-log';
import { readSettings } from './settings';
import { Salvage } from './salvage';
import { saveOutput } from './saving';
import { Streams } from './streams';
import { ValueBook } from './values';

/** Everything around the engine that tests replace. */
export interface EnginePorts {
	store: Store;
	database: GalleyDatabase;
	executor: Executor;
	clock: Clock;
	random: Random;
	/** Shared by the engines of all tabs. */
	channel: BroadcastChannel;
	/** Text on its way to the screen. */
	stream: (pieces: StreamPiece[]) => void;
	locks: LockManager;
	/** Where keys are kept; absent in tests that keep none. */
	vault?: KeyVault;
	/** Where workers and pages report what leaves and what is kept from leaving; absent in tests that look at none of it. */
	reports?: BroadcastChannel;
	/** Does the browser enforce the policies where this engine runs? Absent: it does. */
	isGuarded?: () => boolean;
	/** Where backups are put together and staged, and where they are rehearsed; absent in tests that make none. */
	shelf?: Shelf;
	/** What files are signed with; absent in tests that sign none. */
	signing?: SigningKey;
	/** The folders on disk that are connected; absent where there are none. */
	folders?: FolderBook;
	scratch?: () => Scratch;
	/** Name of the lock; tests that share an origin need their own. */
	lockName?: string;
}

/** What engines of several tabs tell each other. */
type Message = { type: 'appended'; streams: string[] } | KeyMessage | { type: 'lease.beat' };

/** How long pieces of text are gathered before they go to the screen, ms: often enough to look like writing, and no more work. */
const GATHER_MS = 80;
/** Pause before open runs that could not be read are looked for again, ms; it doubles until it is the longest. */
const LOOK_AGAIN_MS = 1_000;
const LONGEST_LOOK_MS = 60_000;
/** Pause before what is kept is looked over, and before each look whether it is time yet, ms. */
const LOOK_OVER_MS = 5_000;

/**
 * The host: keeps the logs of open runs in memory, appends what is decided, and, while it holds the lease, carries
 * out what is due. Commands work in every tab; only the holder executes.
 */
export class Engine {
	readonly values: ValueBook;
	readonly streams: Streams;
	readonly queue: CommitQueue;
	readonly keys: Keys;
	readonly folders: Folders;
	/** Carries out attempts, each with the key that its provider needs. */
	readonly executor: Executor;
	#logs = new Map<string, Promise<RunLog>>();
	#reconciler: Reconciler | null = null;
	#lease: Lease | null = null;
	#save: SaveState = { saving: false, savedAt: null, notSaved: null };
	/** What was brought back since the opening, in a sentence. */
	#notice: string | null = null;
	#isLookedOver = false;
	#listener: (status: EngineStatus) => void = () => undefined;
	#pieces: StreamPiece[] = [];
	/** Sealed runs that were marked as such. */
	readonly #sealed = new Map<string, Promise<void>>();
	readonly #month: MonthPorts;
	readonly #salvage: Salvage;

	constructor(readonly ports: EnginePorts) {
		this.values = new ValueBook(ports.store);
		this.queue = new CommitQueue(
			ports.store,
			() => this.#lease?.epoch ?? null,
			() => ports.clock.now(),
			(state) => {
				this.#save = state;
				this.#tell();
			},
			(streams) => this.ports.channel.postMessage({ type: 'appended', streams: [...streams] })
		);
		this.folders = new Folders(this);
		this.#salvage = new Salvage(ports.database);
		this.#month = monthPorts(ports.database, () => ports.clock.now());
		this.streams = new Streams(ports.store, this.queue);
		const executor = passing(ports.executor, () => ports.clock.now());
		this.keys = new Keys({
			vault: ports.vault ?? null,
			executor,
			tell: (message) => ports.channel.postMessage(message),
			now: () => ports.clock.now()
		});
		this.executor = this.keys.lending(executor);
	}

	/** Opens the store and queues for the lease. */
	async open(listener: (status: EngineStatus) => void): Promise<Result<OpenReport>> {
		this.#listener = listener;
		const opened = await this.ports.store.open((report) => this.#restored(report));
		if (!opened.ok) return opened;
		const restored = await finishRestore(this);
		if (!restored.ok) return restored;
		if (restored.value) {
			this.#notice = 'The restore that was interrupted has been finished.';
			opened.value.hadData = true;
		}
		this.ports.channel.addEventListener('message', (event: MessageEvent<unknown>) => {
			void this.#heard(event.data);
		});
		this.#lease = holdLease({
			locks: this.ports.locks,
			channel: this.ports.channel,
			nextEpoch: () => this.ports.store.nextEpoch(),
			onTaken: () => void this.#takeOver(),
			onLost: () => this.#stop(),
			...(this.ports.lockName ? { name: this.ports.lockName } : {})
		});
		this.keys.askOthers();
		if (this.ports.reports) keepLedger(this.ports.reports, this);
		this.#tell();
		return opened;
	}

	close(): void {
		this.#stop();
		this.#lease?.release();
		this.ports.executor.close();
	}

	/** True while this engine is the one that carries out what is due. */
	get isLeader(): boolean {
		return this.#reconciler !== null;
	}

	isGuarded(): boolean {
		return this.ports.isGuarded?.() ?? true;
	}

	now(): number {
		return this.ports.clock.now();
	}

	/** True while this tab carries out a run. */
	get isBusy(): boolean {
		return this.#reconciler?.busy ?? false;
	}

	/** The log of a run with everything that is known here; other tabs' appends are read first. */
	async log(runId: string): Promise<RunLog> {
		let opening = this.#logs.get(runId);
		if (!opening) {
			opening = RunLog.open(runId, this.ports.store, this.queue);
			this.#logs.set(runId, opening);
			// One that could not be read is read anew the next time.
			opening.catch(() => this.#logs.delete(runId));
		} else {
			await (await opening).reload();
		}
		return opening;
	}

	/** Decides a command on the state at the moment of writing, appends it strictly, and gets going. */
	async command(
		runId: string,
		command: Command,
		values: StoredValue[] = [],
		signedBy?: string
	): Promise<Result<void>> {
		const log = await this.log(runId);
		const by = signedBy ?? (await readSettings(this.ports.database)).reviewer;
		let refused: Result<void> = DONE;
		const written = await log.append(
			(state) => {
				const decided = decide(state, command, { now: this.now(), by });
				refused = decided.ok ? DONE : decided;
				return decided.ok ? { events: decided.value, values } : null;
			},
			{ durability: 'strict' }
		);
		if (!refused.ok) return refused;
		if (written.ok) this.#look(log);
		return written;
	}

	/** Tells the person a sentence, on whatever screen they are. */
	say(notice: string): void {
		this.#notice = notice;
		this.#tell();
	}

	/** Nothing is carried out any more in this tab; for a device that is about to become another one. */
	halt(): void {
		this.#stop();
		this.#logs.clear();
	}

	/** Lets the executing engine look at a run again. */
	#look(log: RunLog): void {
		this.#reconciler?.look(log);
		this.#tell();
	}

	async #takeOver(): Promise<void> {
		this.#reconciler?.stop();
		const reconciler = new Reconciler(this.attemptPorts(), (runId) => this.#logs.delete(runId));
		this.#reconciler = reconciler;
		this.#tell();
		void this.#lookOver();
		void this.folders.look();
		let left: string[] | null = null;
		let pause = LOOK_AGAIN_MS;
		while (this.#reconciler === reconciler) {
			try {
				const failed: string[] = [];
				for (const runId of left ?? (await this.ports.store.openRuns())) {
					if (this.#reconciler !== reconciler) return;
					await this.#goOn(reconciler, runId).catch(() => failed.push(runId));
				}
				if (failed.length === 0) return;
				left = failed;
			} catch {
				// The store could not be read just now; a run that nobody looks at would stand still for ever.
			}
			const wait = pause;
			await new Promise((resolve) => setTimeout(resolve, wait));
			pause = Math.min(LONGEST_LOOK_MS, pause * 2);
		}
	}

	/** One run that can't be read must not hold up the others. */
	async #goOn(reconciler: Reconciler, runId: string): Promise<void> {
		const log = await this.log(runId);
		if (!this.isGuarded()) await tellUnguarded(log, this.now());
		reconciler.look(log);
	}

	/** What was read before may be out of date: everything is read anew, and what is due is found from that. */
	#restored(report: Result<OpenReport>): void {
		this.#logs.clear();
		if (!report.ok) {
			this.queue.tellNotSaved(report.failure);
			if (report.failure.code === 'storage.cleared') return this.#stop();
		} else {
			this.#notice = report.value.notice ?? this.#notice;
			this.#tell();
			// Which ends in a take-over, here or in another tab.
			this.#lease?.renew();
		}
	}

	/** Once, by the tab that executes, while nothing is carried out. */
	async #lookOver(): Promise<void> {
		if (this.#isLookedOver) return;
		this.#isLookedOver = true;
		do await new Promise((resolve) => setTimeout(resolve, LOOK_OVER_MS));
		while (this.#reconciler?.busy);
		const report = await this.ports.store.lookOver();
		if (!report.ok || (report.value.rebuilt === 'nothing' && !report.value.notice)) return;
		if (report.value.rebuilt === 'database') return this.#restored(report);
		this.#notice = report.value.notice;
		this.#tell();
	}

	#stop(): void {
		this.folders.stop();
		this.#reconciler?.stop();
		this.#reconciler = null;
		this.#tell();
	}

	async #heard(message: unknown): Promise<void> {
		const said = message as Message;
		if (said.type === 'key' || said.type === 'keys?' || said.type === 'vault') await this.keys.heard(said);
		if (said.type !== 'appended' || !this.#reconciler) return;
		for (const stream of said.streams) {
			if (!stream.startsWith('run:')) continue;
			const log = await this.log(stream.slice('run:'.length)).catch(() => null);
			if (log) this.#look(log);
		}
	}

	/** What carrying out an attempt needs of this engine. */
	attemptPorts(): AttemptPorts {
		return {
			values: this.values,
			executor: this.executor,
			now: () => this.now(),
			marker: () => this.ports.random.marker(),
			notes: async (): Promise<CorrectionNote[]> =>
				this.ports.database.notes.where('status').equals('active').filter(fits('notes')).toArray(),
			earlier: (key, runId) => earlierResult(this.ports, key, runId),
			provider: async (id) => {
				const { provider, models } = await readSettings(this.ports.database);
				if (id === provider.id) return provider;
				return models.find((one) => one.choice.id === id)?.choice ?? BUILT_IN;
			},
			settings: () => readSettings(this.ports.database),
			...this.#month,
			emit: (runId, attemptId, text) => {
				this.#salvage.add(attemptId, text);
				this.#gather({ runId, attemptId, text });
			},
			salvage: this.#salvage,
			loading: (runId, attemptId, loading) => this.#gather({ runId, attemptId, text: '', loading }),
			reading: (runId, attemptId, reading) => this.#gather({ runId, attemptId, text: '', reading }),
			seal: (runId) => this.#seal(runId),
			isFarBehind: () => this.queue.isFarBehind,
			save: async (log, saving) => {
				const ports = { ...this.ports, streams: this.streams, values: this.values };
				await this.folders.expect(saving.entry.id);
				const saved = await saveOutput(log, saving, ports);
				if (saved.ok) void this.folders.look();
				return saved;
			}
		};
	}

	#seal(runId: string): Promise<void> {
		let marked = this.#sealed.get(runId);
		if (!marked) {
			this.#sealed.set(runId, (marked = seal(runId)));
			// On a full disk; the next attempt tries again.
			marked.catch(() => this.#sealed.delete(runId));
		}
		return marked;
	}

	#gather(piece: StreamPiece): void {
		const last = this.#pieces[this.#pieces.length - 1];
		if (last?.attemptId === piece.attemptId) {
			last.text += piece.text;
			if (piece.loading) last.loading = piece.loading;
			if (piece.reading) last.reading = piece.reading;
		} else this.#pieces.push(piece);
		if (this.#pieces.length > 1 || last) return;
		setTimeout(() => this.ports.stream(this.#pieces.splice(0)), GATHER_MS);
	}

	#tell(): void {
		this.#listener({
			...this.#save,
			notice: this.#notice,
			leader: this.#reconciler !== null,
			busy: this.isBusy
		});
	}
}

/** A run that says of itself that policies are enforced is not carried on silently where they are not. */
async function tellUnguarded(log: RunLog, at: number): Promise<void> {
	await log.append(
		({ guard, ended }) =>
			guard?.enforced && !ended
				? { events: [{ type: 'run.guarded', at, sealed: guard.sealed, enforced: false }] }
				: null,
		{ durability: 'strict' }
	);
}
