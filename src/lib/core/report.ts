import type { Json } from './json';

/** Facts that steps and models report and that runs record. They stand here because both sides speak them. */

/** Which model answers, as the person chose it. Never a key itself. */
export interface ProviderChoice {
	id: string;
	title: string;
	/** True when nothing leaves the device to use it. */
	onDevice: boolean;
	config: Record<string, Json>;
	/** Name of the key that goes along, where one does. What it is stands in the vault alone. */
	key?: string | undefined;
}

/** What answers when nobody chose anything: always there, nothing to download. */
export const BUILT_IN: ProviderChoice = { id: 'built-in', title: 'Built-in', onDevice: true, config: {} };

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

/** An amount of money. The currency is a code of three letters, such as `EUR`. */
export interface Money {
	amount: number;
	currency: string;
}

/** What a provider asks for a million tokens, read and written. A model without one has an unknown price, never none. */
export interface Price {
	input: number;
	output: number;
	currency: string;
}

/** A model as the person set it up. Its place in the list is its place on the ladder: nearest to the person first. */
export interface ConfiguredModel {
	/** Stable; what documents, runs and consents refer to. */
	id: string;
	title: string;
	choice: ProviderChoice;
	tier: 'small' | 'large';
	price?: Price | undefined;
	/** Calls under way together, and begun in any minute; the rest waits. */
	limits?: { concurrent?: number | undefined; perMinute?: number | undefined } | undefined;
}
