import { failure } from '$lib/core';
import { Refused } from './reading';

/** Refusals that several formats share. Each says what is wrong, what was kept and what to do. */

export function encrypted(name: string): Refused {
	return new Refused(
		failure(
			'file.encrypted',
			`“${name}” is locked with a password, so nothing of it can be read. The file was left as it is. ` +
				'Open it, save a copy without a password, then add that again.',
			{ details: { name } }
		)
	);
}

export function corrupt(name: string, what: string, why: string): Refused {
	return new Refused(
		failure(
			'file.corrupt',
			`“${name}” is damaged or not ${what}: ${why}. The file was left as it is. ` +
				'Open it in the program that it comes from, save it anew, then add it again.',
			{ details: { name, why } }
		)
	);
}

export function unsafe(name: string, why: string): Refused {
	return new Refused(
		failure(
			'file.unsafe',
			`“${name}” ${why}, which no ordinary file needs, so it was not read. The file was left as it is. ` +
				'Open it in the program that it comes from, save it anew, then add it again.',
			{ details: { name } }
		)
	);
}

export function noText(name: string, why: string): Refused {
	return new Refused(
		failure(
			'file.no-text',
			`“${name}” has no text that Galley can read: ${why}. The file was left as it is. ` +
				'Write what matters into a text file, or add the file that it was made from; then try again.',
			{ details: { name } }
		)
	);
}
