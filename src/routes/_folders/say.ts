import type { ConnectedFolder } from '$lib/app';
import { count, sayWhen } from '$lib/ui';

/** How a connected folder of the library stands, in words: what is so, what was kept, what to do. */
export function sayFolder({ look, handle }: ConnectedFolder, now: number): string {
	if (!look) return 'Being read for the first time …';
	const seen = sayWhen(look.at, now);
	switch (look.state) {
		case 'no-leave':
			return `The browser asks again before Galley may use “${handle.name}”. What was read before is in the library; nothing new is read or written until you reconnect it.`;
		case 'gone':
			return 'It is not where it was: moved, renamed, or on a disk that is not plugged in. What was read before is in the library.';
		case 'emptied':
			return 'All files were gone from it at once, as from a disk that is not plugged in, so the library was left as it is.';
		case 'here':
			return `${count(look.files, 'file')}, looked at ${seen}.${look.writable ? '' : ' It is read only: the browser did not allow writing.'}`;
	}
}

/** True where something has to be done by the person before the folder does its job. */
export function needsPerson({ look }: ConnectedFolder): boolean {
	return look !== null && (look.state !== 'here' || (look.waiting.length > 0 && !look.writable));
}
