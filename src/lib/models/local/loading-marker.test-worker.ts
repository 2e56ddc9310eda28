import { marked } from './loading-marker';

// Ended by the test before it is done.
void marked({ key: 'test/model', title: 'Test model', at: 1_000 }, () => {
	postMessage('loading');
	return new Promise(() => undefined);
});
