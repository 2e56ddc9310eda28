import type { Json, Money, ProviderChoice, Result, ValueRef } from '$lib/core';
import type {
	CorrectionNote,
	EventOf,
	GateComment,
	ItemDecision,
	NoteProposal,
	NoteRecord,
	NoteScope,
	ProseCell
} from '$lib/run';
import { createContext } from 'svelte';
import type { EarlierOutput } from './trend';

/** The content of a stored value: text, parsed JSON or bytes, by its media type. */
export type Content = string | Json | Uint8Array;

/** Content as text: JSON is written out, bytes are not text. */
export function textOf(content: Content): string {
	if (typeof content === 'string') return content;
	return content instanceof Uint8Array ? '' : JSON.stringify(content, null, 2);
}

/** What the parts of a notebook are given by the page, however deep they stand. */
export interface NotebookTools {
	read: (ref: Pick<ValueRef, 'hash' | 'media'>) => Promise<Result<Content>>;
	download: (file: { name: string; blob: Blob }) => void;
	/** The newest version of a library path; 0 when nothing was ever saved there. */
	versionOf: (path: string) => Promise<number>;
	/** The data that a step made in the finished runs before this one, the oldest first. */
	earlier: (stepId: string) => Promise<EarlierOutput[]>;
	/** One sentence for the page's one polite live region. */
	announce: (sentence: string) => void;
}

export const [useTools, provideTools] = createContext<NotebookTools>();

/** A correction note with how it has fared. */
export type NoteWithRecord = CorrectionNote & { record: NoteRecord };

/** What a person makes of a proposal. */
export interface KeptNote {
	instruction: string;
	scope: NoteScope;
	reach: 'local-only' | 'may-leave';
	/** The kept note that it takes the place of; null: it is a new one. */
	instead: CorrectionNote | null;
	/** `rule`: the workflow's step holds it by itself, and no model need be told. */
	as: 'note' | 'rule';
}

/** A proposal that nobody has decided about yet. */
export interface OpenProposal extends NoteProposal {
	/** Stable over reloads: dismissing is remembered by it. */
	key: string;
	/** The step that made the draft, and the gate where it was edited. */
	stepId: string;
	gateId: string;
}

/** What goes with any decision at a gate. */
export interface SaidAtGate {
	ticks: string[];
	/** Id of the button. */
	button: string;
	comments?: GateComment[];
}

/** What a person typed and ticked at a gate and has not decided about. */
export interface GateDraft {
	/** The edited copy; null while it is the draft. */
	text: string | null;
	ticks: string[];
	/** The reason as far as it was written, and the button that it is for while its field is open. */
	reason: string;
	asking: string | null;
	/** The flags were opened. */
	opened: boolean;
	/** Remarks on places of the copy. */
	comments: GateComment[];
	/** Members of a list that were opened, and what was said of them. */
	looked: number[];
	items: ItemDecision[];
}

/** What was typed at a gate that was decided without it. */
export interface LeftText {
	stepId: string;
	draftHash: string;
	text: string | null;
	reason: string;
	/** The decision that does not contain it; null when the run ended before there was one. */
	decision: EventOf<'review.decided'> | null;
}

/** What a person can do on a notebook page. Each resolves when it is on disk. */
export interface NotebookActions {
	/** The person's own text above a step, or at the end; an empty one takes it away. */
	writeProse(given: Pick<ProseCell, 'id' | 'before' | 'text'>): Promise<Result<void>>;
	/** Something that an earlier run left open is settled, or is not after all. */
	closeItem(key: string): Promise<Result<void>>;
	reopenItem(key: string): Promise<Result<void>>;
	approve(
		stepId: string,
		draftHash: string,
		given: SaidAtGate & {
			text?: string;
			confirmed?: string[];
			items?: ItemDecision[];
			flagsSeen?: number;
		}
	): Promise<Result<void>>;
	askForChanges(
		stepId: string,
		draftHash: string,
		given: SaidAtGate & { reason: string }
	): Promise<Result<void>>;
	reject(stepId: string, draftHash: string, given: SaidAtGate & { reason: string }): Promise<Result<void>>;
	/** Puts a gate off until then (ms since 1970); null: it is looked at now after all. */
	postpone(stepId: string, draftHash: string, until: number | null): Promise<Result<void>>;
	/** Something else in the place of an output; what rests on it is done again. */
	changeOutput(stepId: string, wasHash: string, content: Json): Promise<Result<void>>;
	later(): void;
	retry(stepId: string, provider?: ProviderChoice): Promise<Result<void>>;
	replaceSource(stepId: string, sourceId: string, files: File[]): Promise<Result<void>>;
	/** The output of a step that asks for it, or of one that failed, given by hand. */
	answer(stepId: string, content: Json): Promise<Result<void>>;
	/** The run goes on without a step. */
	skip(stepId: string): Promise<Result<void>>;
	/** Says whether something that nobody was sure of went out. */
	settle(stepId: string, happened: boolean): Promise<Result<void>>;
	/** Lets a call go that was held, and does not; `hash` is that of the prompt that was shown. */
	allowCall(stepId: string, hash: string, scope: 'once' | 'workflow', raised?: Money): Promise<Result<void>>;
	refuseCall(
		stepId: string,
		hash: string,
		scope: 'once' | 'workflow',
		instead: 'next' | 'on-device'
	): Promise<Result<void>>;
	pause(): Promise<Result<void>>;
	resume(): Promise<Result<void>>;
	cancel(reason: string): Promise<Result<void>>;
	/** Offers to repeat the run from a step at the top on; null: from the start. */
	again(stepId: string | null): void;
	/** Shows the run beside another one of its workflow. */
	compare(): void;
	/** Holds the run against its hashes, and lists its decisions. */
	verify(): void;
	/** Opens the ways out of Galley. */
	export(): void;
	keepNote(proposal: OpenProposal, kept: KeptNote): Promise<Result<void>>;
	dismiss(proposal: OpenProposal): void;
	/** Shows what a note changed in a step: the step is done once more without it. */
	without(stepId: string, noteId: string): void;
	/** What was typed at a gate and not decided yet; kept so that a crash loses nothing. */
	keptDraft(stepId: string, draftHash: string): GateDraft;
	keepDraft(stepId: string, draftHash: string, change: Partial<GateDraft>): void;
	/** An answer as far as it was typed, kept like the draft of a gate; `about` names what it answers. */
	keptAnswer(stepId: string, about: string): string | null;
	keepAnswer(stepId: string, about: string, text: string | null): void;
	/** Proposes correction notes from text that was left over; how many. */
	proposeFrom(left: LeftText): Promise<number>;
	/** Forgets text that was left over at a gate. */
	putAway(left: LeftText): void;
}

/** What the keyboard can do at a gate. */
export interface GateHandle {
	edit: () => void;
	approve: () => void;
	askForChanges: () => void;
	reject: () => void;
	/** Opens what is flagged. */
	look: () => void;
	/** Puts a remark on what is selected. */
	comment: () => void;
}
