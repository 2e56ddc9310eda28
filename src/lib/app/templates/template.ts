import type { Workflow } from '$lib/workflow';

/** A set of shipped files that a template can be tried with. */
export interface TemplateSample {
	id: string;
	title: string;
	/** What the person would type, by input id. */
	inputs: Record<string, string>;
	/** URLs of shipped files, by source id. */
	files: Record<string, string[]>;
}

/** A workflow to start from, with the facts that a person wants before starting it. */
export interface Template {
	id: string;
	title: string;
	summary: string;
	/** Its steps in words. */
	steps: string[];
	/** What leaves the device. */
	leaves: string;
	/** What the person decides. */
	decides: string;
	/** What is written, and where. */
	writes: string;
	/** The document itself; loaded when it is wanted, since the first screen only shows the facts. */
	load(): Promise<Workflow>;
	samples: TemplateSample[];
}
