import { readAhead } from '$lib/app';
import { prepareProse } from '$lib/ui';
import { firstViewPainted } from './first-view-painted';
import type { PageLoad } from './$types';

/** What the first screen shows is fetched and read while the shell around it is drawn. */
export const load: PageLoad = async ({ params }) => {
	readAhead(params.id);
	void prepareProse();
	await firstViewPainted();
};
