import type { OutputFormat } from './output-contract';

const files = import.meta.glob<OutputFormat>(['./outputs/*.ts', '!./outputs/*.test.ts'], {
	import: 'default'
});

/** The form of an id, loaded when it is wanted; null for one that this release does not have. */
export async function outputFormat(id: string): Promise<OutputFormat | null> {
	return (await files[`./outputs/${id}.ts`]?.()) ?? null;
}

/** Every form in which an approved value can be written. */
export function outputFormats(): Promise<OutputFormat[]> {
	return Promise.all(Object.values(files).map((load) => load()));
}
