import { failure } from '$lib/core';
import type { Acted } from './send';

export interface OutgoingNotification {
	action: 'notify';
	title: string;
	body: string;
	/** The system shows one notification of a tag, so that a copy takes the place of the first. */
	key: string;
	stay: boolean;
}

/** The part of a worker's scope that shows notifications. */
export interface NotifyScope {
	Notification?: {
		new (title: string, options: NotificationOptions): Pick<Notification, 'onshow' | 'onerror'>;
		permission: NotificationPermission;
	};
}

const WAIT_MS = 5_000;

/** Shows a system notification. The system says whether it did; where it says nothing, nobody knows. */
export async function showNotification(
	out: OutgoingNotification,
	scope: NotifyScope,
	waitMs = WAIT_MS
): Promise<Acted> {
	const { Notification } = scope;
	if (!Notification)
		return refused(
			'notify.unsupported',
			'This browser shows no notifications from here. Use another browser for this step, or go on without it.'
		);
	if (Notification.permission !== 'granted') {
		return refused(
			'notify.not-allowed',
			'Notifications are not switched on for Galley. Allow them for this site, by the sign beside the address or in the browser’s settings, then retry this step.'
		);
	}
	try {
		const { title, body, key, stay } = out;
		const shown = new Notification(title, { body, tag: key, requireInteraction: stay });
		return await new Promise<Acted>((resolve) => {
			shown.onshow = () => resolve({ how: 'answered', answer: null, egress: [] });
			shown.onerror = () =>
				resolve(
					refused(
						'notify.failed',
						'The system refused to show it. Look at its notification settings, then retry this step.'
					)
				);
			setTimeout(
				() =>
					resolve({
						how: 'unknown',
						reason: 'The system did not say whether it showed the notification.',
						egress: []
					}),
				waitMs
			);
		});
	} catch {
		return refused(
			'notify.unsupported',
			'This browser shows no notifications from here. Go on without this step.'
		);
	}
}

function refused(code: string, why: string): Acted {
	return {
		how: 'refused',
		failure: failure(code, `The notification was not shown. ${why} Everything before it is kept.`),
		egress: []
	};
}
