import type {
	EgressRow,
	Evidence,
	Flag,
	GivenNote,
	Json,
	ProviderChoice,
	Result,
	Span,
	Usage,
	Value
} from '$lib/core';
import type { ModelOutcome, ModelRequest } from '$lib/models';
import type { Job, Source, Step } from '$lib/workflow';
import type * as z from 'zod';
import type { RunCode } from './code-request';

/** A document as `collect` hands it on. */
export interface CollectedDocument {
	/** Id of the source that it came through. */
	source: string;
	origin: Source['kind'];
	name: string;
	media: string;
	text: string;
	unit: 'row' | 'line';
	table: { columns: string[]; rows: number } | null;
	warnings: string[];
	/** SHA-256 of the bytes as they were given. */
	hash: string;
	/** Where in the file each stretch of the text stands; absent where line n of the text is line n of the source. */
	spans?: Span[];
}

/** The content of a `collect` step's output, media `application/json`. */
export interface Collection {
	documents: CollectedDocument[];
}

/** Where a step gets a file's text; the file worker stands behind it. */
export type ReadFile = (file: { name: string; bytes: Uint8Array }) => Promise<Result<ReadDocument>>;

/** What a file says. A file of files, such as a workbook or an archive, has its parts beside the text of them all. */
export type ReadDocument = Omit<CollectedDocument, 'source' | 'origin' | 'hash'> & { parts?: ReadDocument[] };

/** What a step is given. Everything that it may look at is in here. Plain data but for the functions. */
export interface StepContext<C = unknown> {
	run: { id: string; number: number; date: string; title: string; inputs: Record<string, Json> };
	step: Step;
	/** `step.with`, read by the kind's schema. */
	config: C;
	/** Sources of the workflow with what was chosen for this run; hash of each value beside it. */
	sources: { source: Source; values: { value: Value; hash: string }[] }[];
	/** `step.inputs` resolved, one value each (a reference to a source gives all its values). */
	inputs: Record<string, Value[]>;
	/** Evidence of the steps that the inputs refer to, by input name. */
	evidence: Record<string, Evidence[]>;
	/** Output schemas of the steps that the inputs refer to, by input name; untyped inputs are left out. */
	schemas?: Record<string, Record<string, Json>>;
	/** Where a step works inside a block: the item at hand, the round with the last result, what a called workflow was given. */
	scope?: {
		item?: Json;
		index?: number;
		loop?: { round: number; last: Json };
		/**
		 * What stands in the places of the inputs of a called workflow, which sees none of the run's own. Those named in `foreign`
		 * came from a document or a model.
		 */
		called?: { inputs: Record<string, Json>; foreign: string[] };
		/** For a gate: flags and missed notes of what it is about, and which revision it is. */
		gate?: { flags: number; missed: number; revision: number };
	};
	/** `step.instructions`, filled in. */
	instructions: string;
	notes: GivenNote[];
	/** When a person asked for changes: their words and the draft that they were about. */
	feedback: { reason: string; draft: string } | null;
	/** When the model's last answer was not in the form asked for: that answer, and what a check found wrong in it. */
	repair?: { answer: string; problems: string[] };
	provider: ProviderChoice;
	/** Unguessable, new for each attempt: fences untrusted text in a prompt. */
	marker: string;
	signal: AbortSignal;
	/** Calls the chosen model. `onText` gets pieces as they arrive. */
	generate(request: ModelRequest, onText: (piece: string) => void): Promise<ModelOutcome>;
	readFile: ReadFile;
	/** Runs a person's own code, away from everything else. */
	runCode: RunCode;
	/** Tells the host what is about to be sent, before it is sent. */
	prepared(prompt: string): Promise<void>;
	/** Text for the screen while the step works. */
	emit(piece: string): void;
}

/** An approved value that the host is to write to the library. */
export interface SaveEffect {
	type: 'save';
	path: string;
	value: Value;
	/** Id of an output format; absent: as it is. */
	format?: string;
	/** `version` (the rule): the next version of the path. `new-file`: another name. `append`: at the end of what is there. */
	mode?: 'version' | 'new-file' | 'append';
}

/** What a step hands back. */
export interface StepOutcome {
	output: Value;
	evidence?: Evidence[];
	flags?: Flag[];
	usage?: Usage;
	model?: string;
	/** For data that did not come as JSON and nothing else: the answer as it came, and how it was read. */
	repaired?: { answer: string; how: 'taken-out' | 'mended'; error: string };
	/** Something to be done by the host after this step: write an approved value to the library. */
	effect?: SaveEffect;
	/** Several tries were made: how many came to a result, and how many of these gave this one. */
	agreement?: { of: number; agreed: number };
	/** Rules that the text was put right by without a model, in the person's words, and the text as the model gave it. */
	mended?: { rules: string[]; raw: string };
	/** Id of the way that the run goes on from here, for a step that chooses one. */
	route?: string;
}

/** How an attempt ended, with what left the device and what had arrived. */
export interface StepRun {
	result: Result<StepOutcome>;
	egress: EgressRow[];
	/** Half an answer, or one that could not be used, when it failed. */
	kept: string;
	/** Tokens of an answer that came whole and could not be used. */
	usage?: Usage;
}

/** Something wrong with a kind's settings that their schema cannot see. */
export interface SettingProblem {
	/** Place inside `with`. */
	path: (string | number)[];
	message: string;
	hint: string;
}

/**
 * One kind of step. `run` is absent for what the host does itself. At a gate a person decides; there it only works out
 * whether the person is asked at all this time.
 */
export interface StepKind<C extends z.ZodObject = z.ZodObject> {
	kind: string;
	title: string;
	/** One sentence for the picker. */
	summary: string;
	jobs: Job[];
	config: C;
	/** Documentation and test in one: a valid `with`. */
	example: z.input<C>;
	/** It is given correction notes, and its output is judged by them. */
	takesNotes?: boolean;
	gate?: boolean;
	/** The host carries it out, so it has no `run`: blocks, waits, questions. */
	host?: boolean;
	acts?: boolean;
	/** What its workflow was given reaches it beside its own inputs, as `run.inputs` or `{{inputs.…}}`. */
	seesRunInputs?: boolean;
	/** What it does reaches another computer, so a sealed run does not do it. */
	leaves?: boolean;
	requiredInputs?: string[];
	/** Looks closer at settings that fit the schema, before anything runs. It may load what it needs for that. */
	check?(config: z.output<C>): Promise<SettingProblem[]>;
	run?(context: StepContext<z.output<C>>): Promise<Result<StepOutcome>>;
}

/** Declares a kind; a file in `kinds/` default-exports the result. */
export function defineStepKind<C extends z.ZodObject>(kind: StepKind<C>): StepKind<C> {
	return kind;
}
