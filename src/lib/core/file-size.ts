import { failure, type Failure } from './failure';

/** Largest file that steps read, in bytes. More than this does not fit into a tab's memory several times over. */
export const LARGEST_READ = 50 * 1024 * 1024;

/** Largest file that the library keeps, in bytes. Bigger ones would have to be copied whole through memory on their way in. */
export const LARGEST_KEPT = 200 * 1024 * 1024;

/** Content up to this size, in bytes, lies in a table and in the journal, which is only ever added to; more of it in a file. */
export const KEPT_TWICE = 256 * 1024;

/** What is wrong with a file that can be told from its size alone; null for one that is worth opening. */
export function refusalOf(file: { name: string; size: number }): Failure | null {
	if (file.size === 0) {
		return failure(
			'file.empty',
			`“${file.name}” has no content (0 bytes), so it was not taken. Export or save it again, then add it again.`
		);
	}
	if (file.size <= LARGEST_READ) return null;
	return failure(
		'file.too-large',
		`“${file.name}” is ${Math.ceil(file.size / (1024 * 1024))} MB and was not taken: steps read files up to ${LARGEST_READ / (1024 * 1024)} MB. Save only the part that you need, then add it again.`
	);
}
