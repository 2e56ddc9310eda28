/** The time now, in milliseconds since 1970 (UTC). Pure rooms get times as arguments; hosts hold a clock. */
export interface Clock {
	now(): number;
}

/** Randomness as a port, so that tests repeat. */
export interface Random {
	/** A new sortable id (UUID version 7 shape). */
	id(): string;
	/** A short unguessable marker, at least 64 bits, letters and digits only. */
	marker(): string;
}
