import { failure, isLoopback, isPrivateHost, type Failure } from '$lib/core';
import { presetAt } from './presets';

/** What is known about why a server gave no answer that this page may read. Null is unknown. */
export interface Circumstances {
	/** Origin of the page that asks. */
	page: string | null;
	online: boolean | null;
	/** What the browser says about this page and the network that the server is in; null where it does not ask. */
	permission: PermissionState | null;
	/** Somebody answers there, though not to this page. */
	isThere: boolean | null;
}

/** Looks around. Never rejects. */
export async function circumstances(origin: string, knock?: () => Promise<boolean>): Promise<Circumstances> {
	const { location, navigator } = globalThis as Partial<typeof globalThis>;
	const page = location?.origin ?? null;
	return {
		page,
		online: typeof navigator?.onLine === 'boolean' ? navigator.onLine : null,
		permission: await permissionFor(origin, page),
		isThere: (await knock?.().catch(() => null)) ?? null
	};
}

/** A page from the network needs leave to reach this device or its network; one from this device does not. */
async function permissionFor(origin: string, page: string | null): Promise<PermissionState | null> {
	const { hostname } = new URL(origin);
	if (!isPrivateHost(hostname) || page === null || isPrivateHost(new URL(page).hostname)) return null;
	const names = [isLoopback(hostname) ? 'loopback-network' : 'local-network', 'local-network-access'];
	for (const name of names) {
		try {
			return (await navigator.permissions.query({ name: name as PermissionName })).state;
		} catch {
			// This browser has no permission of that name.
		}
	}
	return null;
}

/**
 * The failure of a server that could not be reached, with what to do about it: `model.not-let-out` (the browser keeps the
 * page from reaching this network), `model.not-let-in` (the server answers, but not to this page: CORS), or
 * `model.unreachable`. Of these only the last may be over by itself.
 */
export function unreachable(origin: string, kept: string, known: Circumstances): Failure {
	const { hostname } = new URL(origin);
	const isPrivate = isPrivateHost(hostname);
	const preset = presetAt(origin, isPrivate);
	const page = known.page ?? 'the address of this page';
	const letIn = preset?.letIn?.replaceAll('{page}', page);
	const details = {
		origin,
		...(preset ? { server: preset.title } : {}),
		...(known.permission ? { permission: known.permission } : {}),
		...(known.isThere === null ? {} : { answers: known.isThere })
	};
	if (known.permission === 'denied') {
		const where = isLoopback(hostname) ? 'other programs on this device' : 'devices on your own network';
		return failure(
			'model.not-let-out',
			`This browser does not let ${page} reach ${where}, so nothing was sent to ${origin}. ${kept} ` +
				'Open the site settings beside the address bar, allow access to the local network there, reload, and try again.',
			{ details }
		);
	}
	if (known.isThere === true) {
		return failure(
			'model.not-let-in',
			`${origin} is there, but does not let ${page} read its answers (CORS). ${kept} ` +
				`${letIn ?? `Allow the origin ${page} in the settings of that server.`} Then try again.`,
			{ details }
		);
	}
	const asked =
		known.permission === 'prompt'
			? ['If the browser asks whether this page may reach your local network, allow it.']
			: [];
	const why =
		known.online === false && !isLoopback(hostname)
			? ['This device is offline.']
			: known.isThere === false
				? [preset?.begin ?? 'Check the address, and that the server runs.']
				: [
						preset?.begin ??
							'Check the address; if the server is your own, that it runs and lets this page in (CORS).'
					];
	const more = known.isThere === null && letIn ? [letIn] : [];
	return failure(
		'model.unreachable',
		`${origin} could not be reached. ${[kept, ...why, ...asked, ...more].join(' ')} Then try again.`,
		{ retryable: true, details }
	);
}
