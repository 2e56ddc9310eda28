import { DONE, fail, failure, hashOfJson, ok, type Result } from '$lib/core';
import type { CorrectionNote, NoteEvent } from '$lib/run';
import { stepKinds } from '$lib/steps';
import { isStorageError, storageFailure } from '$lib/storage';
import type { Workflow, WorkflowEvent } from '$lib/workflow';
import { transfer } from 'comlink';
import { ablate } from './ablation';
import type { EngineApi } from './api';
import { backupsOf } from './backup/service';
import { bringIn } from './bring-in';
import { testConnection } from './connections';
import { allowCall, refuseCall } from './consent';
import type { Engine } from './engine';
import { addFiles, changeLibrary, emptyBin } from './library';
import { modelFilesOf } from './model-files';
import { openItemsBefore } from './open-items';
import { ifMine, makeMine } from './origins';
import { acceptDecision, issuePacket } from './packets';
import { fetchPage } from './page-source';
import { importWorkflow, resumeRun } from './permissions';
import { heldAgainst } from './regression';
import { answer, approve, changeOutput, replaceSource } from './run-commands';
import { prepareReplay, replayRun, tryStep } from './replay';
import { writeSettings } from './settings';
import { startRun } from './start-run';
import { verifyRun } from './verify';
import { wipe } from './wipe';

/** The engine as its page sees it. Thin: each method hands on to the one place that knows. */
export function engineService(engine: Engine): Omit<EngineApi, 'ping'> {
	const notes = (event: NoteEvent) => engine.streams.append('notes', [event]);
	const workflow = (id: string, event: WorkflowEvent) => engine.streams.append(`workflow:${id}`, [event]);

	async function saveWorkflow(document: Workflow, reason?: string): Promise<Result<void>> {
		const mine = await ifMine(engine, document.id);
		return mine.ok ? writeWorkflow(document, reason) : mine;
	}

	async function writeWorkflow(document: Workflow, reason?: string): Promise<Result<void>> {
		const row = await engine.ports.database.workflows.get(document.id);
		const hash = hashOfJson(document);
		if (row?.hash === hash && !row.deleted) return DONE;
		const version = (row?.version ?? 0) + 1;
		return workflow(document.id, {
			...{ type: 'workflow.saved', at: engine.now(), version, hash, document },
			...(reason ? { reason } : {})
		});
	}

	const api: Omit<EngineApi, 'ping'> = {
		open: (listener) => engine.open(listener),
		fetchPage: (workflowId, sourceId) => fetchPage(engine, workflowId, sourceId),
		startRun: (workflowId, given) => startRun(engine, workflowId, given),
		approve: (given) => approve(engine, given),
		askForChanges: ({ runId, ...given }) => engine.command(runId, { type: 'ask-for-changes', ...given }),
		reject: ({ runId, ...given }) => engine.command(runId, { type: 'reject', ...given }),
		postpone: (runId, stepId, draftHash, until) =>
			engine.command(runId, { type: 'postpone', stepId, draftHash, until }),
		changeOutput: (change) => changeOutput(engine, change),
		retryStep: (runId, stepId, provider) =>
			engine.command(runId, { type: 'retry', stepId, ...(provider ? { provider } : {}) }),
		allowCall: (held, scope, raised) => allowCall(engine, held, scope, raised),
		refuseCall: (held, scope, instead) => refuseCall(engine, held, scope, instead),
		replaceSource: (runId, sourceId, given) => replaceSource(engine, runId, sourceId, given),
		cancelRun: (runId, reason) => engine.command(runId, { type: 'cancel', reason }),
		planReplay: async (wish) => {
			const prepared = await prepareReplay(engine, wish);
			return prepared.ok ? ok(prepared.value.plan) : prepared;
		},
		replayRun: (wish) => replayRun(engine, wish),
		tryStep: (workflowId, stepId, given) => tryStep(engine, workflowId, stepId, given),
		ablate: (runId, stepId, noteId, allowed) => ablate(engine, { runId, stepId, noteId, allowed }),
		heldAgainst: (document, runId) => heldAgainst(engine, document, runId),
		verifyRun: (runId) => verifyRun(engine.ports.store, runId),
		writeProse: (runId, given) => engine.command(runId, { type: 'write-prose', ...given }),
		closeItem: (runId, key) => engine.command(runId, { type: 'close-item', key }),
		reopenItem: (runId, key) => engine.command(runId, { type: 'reopen-item', key }),
		openItems: (workflow, inputs) => openItemsBefore(engine, workflow, inputs),
		pauseRun: (runId, reason) => engine.command(runId, { type: 'pause', reason }),
		resumeRun: (runId) => resumeRun(engine, runId),
		answerStep: (runId, stepId, content, reason) => answer(engine, runId, stepId, content, reason),
		skipStep: (runId, stepId, reason) => engine.command(runId, { type: 'skip', stepId, reason }),
		settleEffect: (runId, stepId, happened, reason) =>
			engine.command(runId, { type: 'settle-effect', stepId, happened, reason }),

		saveWorkflow,
		importWorkflow: (document, file) => importWorkflow(engine, document, file, (one) => writeWorkflow(one)),
		deleteWorkflow: (id) => workflow(id, { type: 'workflow.deleted', at: engine.now() }),
		restoreWorkflow: (id) => workflow(id, { type: 'workflow.restored', at: engine.now() }),

		async confirmNote(given): Promise<Result<string>> {
			const instruction = given.instruction.trim();
			if (!instruction)
				return fail(failure('note.empty', 'Write what should be done next time, in one sentence.'));
			const now = engine.now();
			const note: CorrectionNote = {
				...given,
				instruction,
				id: engine.ports.random.id(),
				status: 'active',
				createdAt: now,
				updatedAt: now
			};
			const written = await notes({ type: 'note.confirmed', at: now, note });
			return written.ok ? ok(note.id) : written;
		},
		editNote: (id, instruction, scope, more = {}) =>
			notes({ type: 'note.edited', at: engine.now(), id, instruction, scope, ...more }),
		retireNote: (id) => notes({ type: 'note.retired', at: engine.now(), id }),
		restoreNote: (id) => notes({ type: 'note.restored', at: engine.now(), id }),

		addFiles: (files) => addFiles(engine, files),
		connectFolder: (handle, use) => engine.folders.connect(handle, use),
		disconnectFolder: (id) => engine.folders.disconnect(id),
		lookAtFolders: (empty) => engine.folders.look(empty),
		changeLibrary: (change) => changeLibrary(engine, change),
		emptyBin: () => emptyBin(engine),
		value: (hash) => engine.ports.store.value(hash),
		records: (stream) => engine.ports.store.records(stream),
		bringIn: (incoming) => bringIn(engine, incoming),

		kinds: () => Promise.resolve(stepKinds().map(({ kind }) => kind)),
		async saveSettings(settings) {
			await writeSettings(engine.ports.database, settings);
			return DONE;
		},
		// A port is moved, never copied; comlink has to be told.
		connectPage: async (open) => engine.ports.executor.setPage?.((port) => void open(transfer(port, [port]))),
		...modelFilesOf(engine),
		keys: () => engine.keys.list(),
		keepKey: (key) => engine.keys.keep(key),
		forgetKey: (name) => engine.keys.forget(name),
		setPassphrase: (passphrase) => engine.keys.setPassphrase(passphrase),
		unlockKeys: (passphrase) => engine.keys.unlock(passphrase),
		lockKeys: () => engine.keys.lock(),
		mayGoOut: (content) => engine.keys.mayGoOut(content),
		signer: async () => ok((await engine.ports.signing?.publicKey()) ?? null),
		sign: async (words) => (await engine.ports.signing?.sign(words)) ?? fail(cannotSign()),
		testConnection: (choice, onCheck) => testConnection(engine, choice, onCheck),
		makeMine: (workflowId) => makeMine(engine, `workflow:${workflowId}`),
		issuePacket: (hash, packet) => issuePacket(engine, hash, packet),
		acceptDecision: (text) => acceptDecision(engine, text),
		...backupsOf(engine),
		wipe: () => wipe(engine)
	};
	return { ...toldAsFailures(api), records: api.records };
}

function cannotSign() {
	return failure('signature.none', 'Nothing can be signed here. Export without a signature.');
}

/** A database that cannot be asked just now is a fact of the device, so methods with a result tell it as one. */
function toldAsFailures<Api extends object>(api: Api): Api {
	const told = Object.entries(api).map(([name, method]: [string, (...given: unknown[]) => unknown]) => [
		name,
		async (...given: unknown[]) => {
			try {
				return await method(...given);
			} catch (cause) {
				if (!isStorageError(cause)) throw cause;
				return fail(storageFailure(cause, 'doing what you asked for'));
			}
		}
	]);
	return Object.fromEntries(told) as Api;
}
