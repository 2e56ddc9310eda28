import type { Json } from './json';

/** Facts that steps and models report and that runs record. They stand here because both sides speak them. */

/** Which model answers, as the person chose it. Never a key. */
export interface ProviderChoice {
	id: string;
	title: string;
	/** True when nothing leaves the device to use it. */
	onDevice: boolean;
	config: Record<string, Json>;
}

/** A correction note as a run was given it: the instruction is copied, so history stands if the note changes. */
export interface GivenNote {
	id: string;
	instruction: string;
}

/** Something that a person should look at before approving. */
export interface Flag {
	kind: 'anomaly' | 'uncertain' | 'check' | 'missing';
	text: string;
	about?: string;
}

/** One request that left the device. Sizes in bytes; null is unknown. */
export interface EgressRow {
	origin: string;
	method: string;
	status: number | null;
	sent: number;
	received: number | null;
}

/** Where a number or a statement of an output comes from. */
export interface Evidence {
	/** The claim: a field (`revenue`) or a number as written (`48,210`). */
	claim: string;
	/** Document it was found in, by name. */
	document: string;
	/** Place inside the document, such as `rows 2–231` or `line 12`. */
	place: string;
	/** The same place as the file itself calls it, where that says more, such as `page 3` or `Sheet “Sales”, B12`. */
	where?: string;
	/** How it was got, such as `sum of revenue`. */
	how: string;
	/** Hash of the stored bytes of that document, where it is a file. */
	hash?: string;
	/** Which occurrence of the number is meant: its offset in the text that was looked at, in UTF-16 units. */
	at?: number;
}

/** Tokens; null is unknown. */
export interface Usage {
	input: number | null;
	output: number | null;
}
