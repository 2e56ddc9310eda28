/** Where the system posts what another app shares with Galley; the manifest names it too. */
export const SHARE_PATH = '/share';

/** Where it waits until the person says what is to become of it. Nothing reads it by itself: any page can post there. */
const SHARED = 'galley-shared';

/** The most that is kept of one share, in bytes; files beyond it are left out. */
const MOST_BYTES = 200 * 1024 * 1024;

/** Puts files and texts of a share aside and leads to the library, which asks about them. For the service worker. */
export async function keepShared(request: Request): Promise<Response> {
	const done = (state: string) => Response.redirect(`/library?shared=${state}`, 303);
	try {
		const form = await request.formData();
		const cache = await caches.open(SHARED);
		const files = form.getAll('files').filter((one): one is File => typeof one !== 'string' && one.size > 0);
		const words = ['title', 'text', 'url'].map((name) => form.get(name));
		const text = words
			.filter((one): one is string => typeof one === 'string' && one.trim() !== '')
			.join('\n\n');
		if (text !== '') files.push(new File([text], 'Shared text.txt', { type: 'text/plain' }));
		let room = MOST_BYTES;
		for (const file of files) {
			if ((room -= file.size) < 0) return done('part');
			const name = encodeURIComponent(file.name || 'Shared file');
			const headers = { 'Content-Type': file.type || 'application/octet-stream' };
			await cache.put(`/shared/${crypto.randomUUID()}/${name}`, new Response(file, { headers }));
		}
		return done('all');
	} catch {
		return done('none');
	}
}

/** What was shared and waits. */
export async function sharedFiles(): Promise<File[]> {
	if (!(await caches.has(SHARED))) return [];
	const cache = await caches.open(SHARED);
	const files: File[] = [];
	for (const request of await cache.keys()) {
		const response = await cache.match(request);
		if (!response) continue;
		const name = decodeURIComponent(new URL(request.url).pathname.split('/').pop() ?? '');
		const type = response.headers.get('Content-Type') ?? '';
		files.push(new File([await response.blob()], name, { type }));
	}
	return files;
}

/** Forgets all of it. */
export async function forgetShared(): Promise<void> {
	if ('caches' in globalThis) await caches.delete(SHARED);
}
