import type { Step } from './schema';

/** How a gate is written in a document: its buttons, and whether it may let something pass without asking. */

/** A button as the author named it. */
export interface NamedButton {
	id: string;
	title: string;
	outcome: 'approve' | 'changes' | 'reject';
	route: string | null;
	revise: string | null;
}

/** The buttons that the author of a gate named; none where the usual three are shown. */
export function gateButtons({ kind, with: config }: Step): NamedButton[] {
	const given = kind === 'review' && Array.isArray(config['buttons']) ? config['buttons'] : [];
	return given.flatMap((one): NamedButton[] => {
		if (one === null || typeof one !== 'object' || Array.isArray(one)) return [];
		const { id, title, outcome, route, revise } = one;
		if (typeof id !== 'string' || (outcome !== 'approve' && outcome !== 'changes' && outcome !== 'reject'))
			return [];
		return [
			{
				id,
				title: typeof title === 'string' && title ? title : id,
				outcome,
				// Changes lead back, not on.
				route: typeof route === 'string' && route && outcome !== 'changes' ? route : null,
				revise: typeof revise === 'string' && revise && outcome === 'changes' ? revise : null
			}
		];
	});
}

/** True for a gate that may let its draft pass although nobody was asked. */
export function mayPass({ kind, with: config }: Step): boolean {
	if (kind !== 'review') return false;
	const { askWhen, deadlineHours, afterDeadline } = config;
	return (
		(typeof askWhen === 'string' && askWhen.trim() !== '') ||
		(typeof deadlineHours === 'number' && afterDeadline === 'continue')
	);
}
