import * as z from 'zod';

/**
 * A backup file is text and bytes that can be looked at with any editor: a first line, then parts, each a line of JSON
 * that says what follows, the bytes, and a line break. Every part is numbered and hashed; the last one says how many
 * there are and what all of them hold, so that a flipped byte, a swapped or missing part and a cut tail show.
 */

/** The format that this release writes. A newer one is refused unread. */
export const BACKUP_FORMAT = 1;

/** Bytes of the longest line that announces a part. */
export const LONGEST_LINE = 64 * 1024;

/** Bytes of the biggest part: a stored file is one part, and those are read up to 50 MB. */
export const BIGGEST_PART = 256 * 1024 * 1024;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const firstLineSchema = z.object({
	galley: z.literal('backup'),
	format: z.int().min(1),
	/** ms since 1970. */
	createdAt: z.number()
});

export const PART_NAMES = ['heads', 'values', 'value', 'records', 'settings', 'kept', 'keys', 'end'] as const;
export type PartName = (typeof PART_NAMES)[number];

export const partLineSchema = z.object({
	/** 1 for the first. */
	n: z.int().min(1),
	part: z.enum(PART_NAMES),
	bytes: z.int().min(0).max(BIGGEST_PART),
	hash,
	/** For `value`: what the bytes are. */
	about: z.object({ media: z.string(), text: z.boolean() }).optional()
});
export type PartLine = z.infer<typeof partLineSchema>;

export const headsSchema = z.array(z.object({ stream: z.string(), length: z.int().min(1), hash }));

export const smallValuesSchema = z.array(z.object({ hash, media: z.string(), text: z.string() }));

export const settingsSchema = z.array(z.object({ key: z.string().max(200), value: z.json() }));

/** What pages remember beside the logs: what was typed and not decided. */
export const keptSchema = z.record(z.string().max(500), z.string());

export const endSchema = z.object({
	parts: z.int().min(1),
	/** Hash of the hashes of all parts before, in their order. */
	all: hash,
	streams: z.int().min(0),
	records: z.int().min(0),
	values: z.int().min(0),
	settings: z.int().min(0),
	/** Values that the device itself had lost or found damaged; the backup was made without them. */
	missing: z.array(hash)
});
export type BackupEnd = z.infer<typeof endSchema>;
