/** Something the palette can go to. */
export interface Place {
	href: string;
	title: string;
	/** The group it is listed under: `Screens`, `Workflows`, `Recent runs`. */
	group: string;
	/** Said beside the title in lighter type. */
	aside?: string;
}

/** Keys of one screen, for the list that `?` opens. */
export interface KeyGroup {
	title: string;
	keys: readonly { keys: string; does: string }[];
}
