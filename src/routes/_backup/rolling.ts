import { folderTools } from '$lib/app';
import { keptForBackup } from '../_kept/store';

/** The first look whether a backup is due comes when the page has long been drawn, then one every quarter of an hour, ms. */
const FIRST_MS = 30_000;
const EVERY_MS = 15 * 60_000;

/** Has backups written to their folder, where there is one, for as long as the page is open. What ends it is given back. */
export function keepRolling(): () => void {
	const roll = () => void folderTools().then((tools) => tools.rollBackup(keptForBackup()));
	const first = setTimeout(roll, FIRST_MS);
	const every = setInterval(roll, EVERY_MS);
	return () => {
		clearTimeout(first);
		clearInterval(every);
	};
}
