/** Addresses inside Galley. Every link is built here, so that a route can move without a hunt. */
const id = encodeURIComponent;

export const paths = {
	home: '/',
	workflows: '/workflows',
	workflow: (workflowId: string) => `/workflows/${id(workflowId)}`,
	/** The editor; `tab` is `edit` or `yaml`. */
	edit: (workflowId: string, tab: 'edit' | 'yaml' = 'edit') => `/workflows/${id(workflowId)}?tab=${tab}`,
	start: (workflowId: string) => `/workflows/${id(workflowId)}/start`,
	runs: '/runs',
	runsWith: (status: string) => `/runs?status=${id(status)}`,
	waiting: '/runs?status=waiting',
	/** A run's notebook, at one of its cells where a step is given. */
	run: (runId: string, stepId?: string) => `/runs/${id(runId)}${stepId ? `#${id(stepId)}` : ''}`,
	/** A run beside another one of its workflow; without one, beside the likeliest. `show`: different, flagged, all. */
	compare: (runId: string, withId?: string, show?: string) => {
		const asked = [withId && `with=${id(withId)}`, show && `show=${id(show)}`].filter(Boolean).join('&');
		return `/runs/${id(runId)}/compare${asked && `?${asked}`}`;
	},
	library: '/library',
	/** The library with one entry open. */
	entry: (entryId: string) => `/library?entry=${id(entryId)}`,
	/** The library with one folder open. */
	folder: (folder: string) => `/library?folder=${id(folder)}`,
	corrections: '/corrections',
	/** Runs a WebLLM model end to end by hand; `chosen` says which. */
	webllmCheck: (chosen?: Record<string, string>) =>
		`/models/webllm-check${chosen ? `?${new URLSearchParams(chosen)}` : ''}`,
	models: '/models',
	/** The egress ledger; of one run or workflow, or all of it. */
	ledger: (of?: { run?: string; workflow?: string }) =>
		`/ledger${of?.run ? `?run=${id(of.run)}` : of?.workflow ? `?workflow=${id(of.workflow)}` : ''}`,
	settings: '/settings'
};
