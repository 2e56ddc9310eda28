import type { ProviderChoice } from '$lib/core';
import type { EventOf } from './event';

/** Where a step stands on the ladder. */
export interface StepLadder {
	/** Ids of the models that could not, or were not let. */
	tried: string[];
	/** The switches that led here, oldest first. */
	switched: EventOf<'rung.switched'>[];
	/** The model that the person chose for this very step, whatever the definition says. */
	person: ProviderChoice | null;
	/** Only models on this device are asked any more. */
	onDevice: boolean;
	/** The call that waits, or waited last, for the person's word. */
	held: EventOf<'call.held'> | null;
	/** What the person let go. */
	allowed: EventOf<'call.allowed'>[];
	refused: EventOf<'call.refused'>[];
	/** The person wants the next try now, whenever the model asked to be left alone until. */
	byHand: boolean;
}

/** One that nothing has happened on. */
export function freshLadder(): StepLadder {
	return {
		tried: [],
		switched: [],
		person: null,
		onDevice: false,
		held: null,
		allowed: [],
		refused: [],
		byHand: false
	};
}
