import { fail, failure, ok, type Result } from '$lib/core';
import {
	bundleIn,
	chosenByDefault,
	exportFormat,
	exportFormats,
	fingerprintOf,
	isBackup,
	isEncrypted,
	itemsOf,
	looksLikeDecision,
	madeOfLeftOut,
	makePacket,
	notesTold,
	packetReach,
	signedBy,
	unpackBundle,
	withOnly,
	withSignature,
	wordsToSign,
	type ExportFile,
	type ExportFormat,
	type ExportItem,
	type ExportSource,
	type ExportValue,
	type Unpacked
} from '$lib/exports';
import { foldAll, valuesOf, type LogRecord, type RunEvent } from '$lib/run';
import { fromYaml, validate } from '$lib/workflow';
import DOMPurify from 'dompurify';
import { ask } from '../client.svelte';
import { database } from '../database';
import { withOwnClasses } from './own-classes';

/** One way out, as the dialog shows it. */
export type FormatInfo = Pick<
	ExportFormat,
	'id' | 'purpose' | 'title' | 'summary' | 'comesBack' | 'carriesSignature'
>;

/** What is done with a file before it goes out. */
export interface Closing {
	/** Locks it; null leaves it open. */
	passphrase: string | null;
	/** Signs it with the key of this device, where its form can carry a signature. */
	signs: boolean;
}

/** A run, gathered and ready to go out. */
export interface ExportDraft {
	formats: FormatInfo[];
	/** Everything that can be left out. */
	items: ExportItem[];
	/** Ids of the items that go out unless somebody says otherwise. */
	chosen: ReadonlySet<string>;
	/** Ids of what was chosen and was made of something that was not. */
	madeOfLeftOut(chosen: ReadonlySet<string>): string[];
	/** True when the packet about a gate would hold what is for this device only. */
	isLocalPacket(stepId: string): boolean;
	/** What this device's signature is known by; null where this browser cannot sign. */
	signer: string | null;
	/** The file, looked through for keys; signed and locked after that. */
	make(
		formatId: string,
		chosen: ReadonlySet<string>,
		closing: Closing
	): Promise<Result<{ name: string; blob: Blob }>>;
	/** A packet for somebody who is to decide a gate that waits. From then on its decision is taken in. */
	packet(stepId: string, closing: Closing): Promise<Result<{ name: string; blob: Blob }>>;
}

/** Reads all of a run once; what is chosen and the format come later. */
export async function prepareExport(runId: string): Promise<Result<ExportDraft>> {
	const source = await gather(runId);
	if (!source.ok) return source;
	const items = itemsOf(source.value);
	const key = await ask((api) => api.signer());
	return ok({
		formats: exportFormats.map(({ id, purpose, title, summary, comesBack, carriesSignature }) => ({
			...{ id, purpose, title, summary },
			...(comesBack ? { comesBack } : {}),
			...(carriesSignature ? { carriesSignature } : {})
		})),
		items,
		signer: key.ok && key.value !== null ? fingerprintOf(key.value) : null,
		chosen: chosenByDefault(items),
		madeOfLeftOut: (chosen) => madeOfLeftOut(source.value, chosen),
		isLocalPacket: (stepId) => packetReach(source.value.state, stepId) === 'local-only',
		async make(formatId, chosen, closing) {
			const format = exportFormat(formatId);
			if (!format) return fail(failure('export.unknown', `This Galley has no export format “${formatId}”.`));
			const made = await format.make({ ...withOnly(source.value, chosen), exportedAt: Date.now() });
			return made.ok ? handOut(made.value, closing) : made;
		},
		async packet(stepId, closing) {
			const made = makePacket({ ...source.value, exportedAt: Date.now() }, stepId, crypto.randomUUID());
			if (!made.ok) return made;
			const { file, packet, hash } = made.value;
			const ready = await handOut(file, closing);
			if (!ready.ok) return ready;
			const { id, draft, criteria, flags, madeAt } = packet;
			const issued = { id, runId, stepId, draft: draft.hash, criteria, flags: flags.length, at: madeAt };
			const noted = await ask((api) => api.issuePacket(hash, issued));
			return noted.ok ? ready : noted;
		}
	});
}

/** A file as it may go out: without any key in it, signed and locked where that is wanted. */
async function handOut(
	file: ExportFile,
	{ passphrase, signs }: Closing
): Promise<Result<{ name: string; blob: Blob }>> {
	const free = await ask((api) => api.mayGoOut(file.plain ?? file.content));
	if (!free.ok) return free;
	const signed = signs ? await sign(file) : ok(file);
	if (!signed.ok) return signed;
	const { name, media, content } = signed.value;
	const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
	if (passphrase === null) return ok({ name, blob: new Blob([bytes], { type: media }) });
	const locked = await ask((api) => api.lockFile(bytes, passphrase));
	if (!locked.ok) return locked;
	return ok({ name: `${name}.age`, blob: new Blob([new Uint8Array(locked.value)]) });
}

/** A file of a form that carries no signature stays as it is. */
async function sign(file: ExportFile): Promise<Result<ExportFile>> {
	const words = wordsToSign(file);
	if (words === null) return ok(file);
	const signature = await ask((api) => api.sign(words));
	return signature.ok ? ok(withSignature(file, signature.value)) : signature;
}

async function gather(runId: string): Promise<Result<ExportSource>> {
	const records = await streamOf(`run:${runId}`);
	if (!records.ok) return records;
	if (records.value.length === 0) return fail(failure('run.unknown', 'There is no such run on this device.'));
	const state = foldAll(
		runId,
		records.value.map((record) => record.event as RunEvent)
	);
	const workflowId = state.definition?.id ?? '';
	const workflowRecords = await streamOf(`workflow:${workflowId}`);
	if (!workflowRecords.ok) return workflowRecords;
	// What the run saved, and the library's files that it was given.
	const given = new Set(Object.values(state.sources).flatMap((refs) => refs.map((ref) => ref.hash)));
	const entries = await database()
		.entries.filter(
			(entry) => entry.runId === runId || (entry.kind === 'file' && given.has(entry.value.hash))
		)
		.toArray();
	const exportedAt = Date.now();
	const notes = await notesOf(state, exportedAt);
	const values = new Map<string, ExportValue>();
	for (const ref of [...valuesOf(state), ...entries.map((entry) => entry.value)]) {
		if (values.has(ref.hash)) continue;
		const value = await ask((api) => api.value(ref.hash));
		if (!value.ok) return value;
		values.set(ref.hash, { ...value.value, hash: ref.hash });
	}
	return ok({
		state,
		records: records.value,
		workflowRecords: workflowRecords.value,
		notes,
		entries,
		values,
		omitted: new Set(),
		sanitise,
		settle,
		exportedAt
	});
}

/** The notes that a run is about, with how they fared so far: of the runs that they fared in, only this one comes along. */
async function notesOf(state: ReturnType<typeof foldAll>, until: number) {
	const told = notesTold(state);
	const rows = await database().notes.toArray();
	return rows
		.filter((row) => told.has(row.id) || row.from?.runId === state.id)
		.map(({ record, counted: _counted, ...note }) =>
			record.given > 0 ? { ...note, earlier: { record, until } } : note
		);
}

function streamOf(stream: string): Promise<Result<LogRecord[]>> {
	return ask(async (api) => ok(await api.records(stream)));
}

/** What an import brought in, and where to look first. */
export interface Imported {
	runs: number;
	workflows: number;
	notes: number;
	/** Of the notes: how many were retired, since they would count for what was here before. */
	retired?: number;
	goto: string | null;
	/** What the signature in the file is known by, where there is one and it fits. */
	signer?: string;
	/** One sentence, where something else than runs, workflows and notes came in. */
	said?: string;
}

/** Bytes of the biggest file that is brought in. */
const BIGGEST_IMPORT = 300 * 1024 * 1024;

/**
 * Imports a Galley file: a run's export (JSON, or a readable page) or a workflow (YAML or JSON). What is here already is
 * left alone. One that is locked needs its passphrase; without one the failure is `import.locked`.
 */
export async function importFile(file: File, passphrase?: string): Promise<Result<Imported>> {
	if (file.size > BIGGEST_IMPORT) return fail(tooBig(file.name));
	if ((await isBackup(file)) || /\.galley-backup(\.age)?$/.test(file.name)) return fail(aBackup());
	if (await isEncrypted(file)) {
		if (passphrase === undefined) return fail(lockedFile());
		const locked = new Uint8Array(await file.arrayBuffer());
		const opened = await ask((api) => api.unlockFile(locked, passphrase));
		if (!opened.ok) return opened;
		return importFile(new File([new Uint8Array(opened.value)], file.name.replace(/\.age$/, '')));
	}
	let text: string;
	try {
		text = await file.text();
	} catch {
		return fail(
			failure(
				'file.vanished',
				`“${file.name}” cannot be read any more. Choose it again; nothing was changed.`
			)
		);
	}
	if (looksLikeDecision(text)) return takeDecision(text);
	const bundle = bundleIn(text);
	if (bundle !== null) {
		const unpacked = unpackBundle(bundle);
		if (!unpacked.ok) return unpacked;
		const signer = await signedBy(text);
		if (!signer.ok) return signer;
		const brought = await bringIn(unpacked.value, file.name);
		return brought.ok && signer.value !== null ? ok({ ...brought.value, signer: signer.value }) : brought;
	}
	return importWorkflow(text, file.name);
}

const DECIDED = { approve: 'approved', changes: 'asked for changes', reject: 'rejected' };

async function takeDecision(text: string): Promise<Result<Imported>> {
	const taken = await ask((api) => api.acceptDecision(text));
	if (!taken.ok) return taken;
	const { runId, stepId, by, decision } = taken.value;
	const said = `${by} ${DECIDED[decision]}. The name is as it was entered; a decision file is not signed.`;
	return ok({ runs: 0, workflows: 0, notes: 0, goto: `/runs/${runId}#${stepId}`, said });
}

async function bringIn(unpacked: Unpacked, file: string): Promise<Result<Imported>> {
	const brought = await ask((api) =>
		api.bringIn({
			streams: [
				...unpacked.workflows
					.filter(({ records }) => records.length > 0)
					.map(({ id, records }) => ({ stream: `workflow:${id}`, records })),
				...unpacked.runs.map(({ id, records }) => ({ stream: `run:${id}`, records }))
			],
			values: unpacked.values,
			notes: unpacked.notes,
			entries: unpacked.entries,
			file
		})
	);
	if (!brought.ok) return brought;
	const [run] = unpacked.runs;
	const [workflow] = unpacked.workflows;
	const goto = run ? `/runs/${run.id}` : workflow ? `/workflows/${workflow.id}` : null;
	return ok({ ...brought.value, goto });
}

async function importWorkflow(text: string, file: string): Promise<Result<Imported>> {
	const parsed = fromYaml(text);
	if (!parsed.ok) {
		const why = parsed.failure.message.replace(/ Your text is kept.*$/, '');
		return fail(
			failure(
				'import.unreadable',
				`This is neither a Galley export nor a workflow as YAML or JSON. ${why} Nothing was brought in.`
			)
		);
	}
	const { workflow, problems } = validate(parsed.value);
	if (!workflow) {
		const said = problems.slice(0, 3).map((problem) => problem.message);
		return fail(
			failure(
				'workflow.invalid',
				`This is neither a Galley export nor a workflow: ${said.join(' ')} Nothing was brought in.`
			)
		);
	}
	const known = await database().workflows.get(workflow.id);
	const document =
		known && !known.deleted
			? { ...workflow, id: `${workflow.id.slice(0, 50)}-${crypto.randomUUID().slice(0, 8)}` }
			: workflow;
	const saved = await ask((api) => api.importWorkflow(document, file));
	return saved.ok ? ok({ runs: 0, workflows: 1, notes: 0, goto: `/workflows/${document.id}` }) : saved;
}

/** Rendered Markdown made harmless for a file that somebody else opens. */
function sanitise(html: string): string {
	return withOwnClasses(() =>
		DOMPurify.sanitize(html, {
			FORBID_TAGS: ['style', 'form', 'svg', 'math', 'img', 'input'],
			FORBID_ATTR: ['style', 'id', 'name']
		})
	);
}

/** HTML as a browser writes it after reading it; the same when it is read once more. The sanitiser does both. */
function settle(html: string): string {
	let before = '';
	let after = html.replace(/\p{Surrogate}/gu, '\ufffd');
	for (let tries = 0; before !== after && tries < 5; tries++) {
		before = after;
		after = sanitise(before);
	}
	return after;
}

function tooBig(name: string) {
	return failure(
		'import.too-big',
		`“${name}” is bigger than 300 MB, which no Galley export is. Nothing was brought in; a backup is restored in Settings.`
	);
}

function aBackup() {
	return failure(
		'import.backup',
		'This file is a backup of a whole notebook. Restore it in Settings under Backup; nothing was brought in.'
	);
}

function lockedFile() {
	return failure(
		'import.locked',
		'This file is locked with a passphrase. Enter it to open the file; nothing was brought in.'
	);
}
