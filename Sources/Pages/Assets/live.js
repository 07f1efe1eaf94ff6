// What the server says has changed, and the one place where its markup goes in. `page` is what a set of pages does itself.

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const { body } = document;
const byId = id => document.getElementById(id);
const set = (id, what) => Object.assign(byId(id) ?? {}, what);
// A place without words is hidden. One for a number has them.
const tell = (id, words) => set(id, { textContent: words, hidden: !words });
const count = (id, number) => tell(id, number ? byId(id).dataset.words.replace('0', number) : '');
const on = (names, act) => { for (const name of names.split(' ')) addEventListener(name, act, true); };

const policy = self.trustedTypes?.createPolicy('wr', { createHTML: html => html });
const nodes = html => {
	const template = document.createElement('template');
	template.innerHTML = policy?.createHTML(html) ?? html;
	localise(template.content);
	return template.content;
};
// Cut out, in the browser's zone: a formatter takes too long to make.
const localise = within => {
	for (const place of $$('time[data-cut]', within)) {
		const { cut, lead } = place.dataset;
		const moment = new Date(lead ? Date.now() + +lead : place.dateTime);
		const local = new Date(moment - moment.getTimezoneOffset() * 60000).toISOString();
		place.textContent = local.slice(...cut.split(' ')).replace('T', ' ');
		place.title = moment;
	}
};

let toasting;
const toast = words => {
	tell('toast', words);
	clearTimeout(toasting);
	toasting = setTimeout(tell, 6000, 'toast', '');
};

// What is open, chosen and scrolled to, for what comes in its place.
const remember = part => {
	const focus = document.activeElement.id;
	const kept = $$(':is(details,input,select,[data-scroll])[id]', part).map(item => [item, item.dataset.scroll && item.scrollTop]);
	return () => {
		for (const [old, scrollTop] of kept) {
			const item = set(old.id, old.open && { open: true });
			if (scrollTop) item.scrollTop = scrollTop;
			// What the server says again leaves a choice alone.
			if ('value' in old && old.outerHTML === item.outerHTML) Object.assign(item, { value: old.value, checked: old.checked });
		}
		byId(focus)?.focus({ preventScroll: true });
	};
};

const put = ({ at, how, key, html }) => {
	const place = byId(at);
	const old = byId(key);
	const piece = nodes(html).firstElementChild;
	if (!piece) return old?.remove();
	const restore = old && remember(old);
	// A message is read out once, when it is whole.
	if (piece.ariaBusy || old && !old.ariaBusy) piece.ariaLive = 'off';
	if (how === 'top') {
		old?.remove();
		place.prepend(piece);
	} else if (old) old.replaceWith(piece);
	else if (how === 'replace') return;
	else {
		// Behind those with smaller numbers; before them all it was let go of.
		const before = [...place.children].findLast(item => !(number(item) > number(piece)));
		if (before) before.after(piece);
		else if ('more' in place.dataset) return;
		else place.prepend(piece);
	}
	restore?.();
	page.put(piece, !old);
};
const number = item => Number(item?.id.replace(/\D/g, ''));

// For milliseconds at a time: in a flood the page still answers.
const waiting = new Map();
let flushing;
const queue = piece => {
	waiting.delete(piece.key);
	waiting.set(piece.key, piece);
	flushing ||= schedule();
};
// A hidden page has no frames.
const schedule = () => (document.hidden ? setTimeout : requestAnimationFrame)(flush);
const flush = () => {
	const began = performance.now();
	for (const [key, piece] of waiting) {
		waiting.delete(key);
		put(piece);
		if (performance.now() - began > 4) break;
	}
	flushing = waiting.size && schedule();
	page.filled();
};

let { seq } = $('main').dataset;
let source, timer, wanted;
const isLost = () => body.dataset.state === 'lost';
const connect = () => {
	clearTimeout(timer);
	source?.close();
	const { events } = $('main').dataset;
	if (!events) return;
	source = new EventSource(`${events}&after=${seq}`);
	const hear = (name, act) => source.addEventListener(name, e => {
		seq = e.lastEventId || seq;
		act(JSON.parse(e.data));
	});
	hear('hello', ({ gap }) => {
		if (wanted || gap) return go(wanted || location.href);
		body.dataset.state = 'live';
		count('left', 0);
		page.live();
	});
	hear('put', piece => page.take(piece));
	hear('bye', ({ why, again_ms }) => lose(why === 'newer_tab' ? 0 : again_ms / 1000));
	source.onerror = () => lose();
};
// For so many seconds; for 0 until somebody looks.
const lose = (seconds = 2) => {
	clearTimeout(timer);
	source.close();
	body.dataset.state = seconds ? 'lost' : 'paused';
	count('left', seconds);
	if (seconds) timer = setTimeout(connect, seconds * 1000);
};
// A browser has six connections to a server: hidden pages need none.
on('visibilitychange focus', () => {
	clearTimeout(timer);
	if (!source) return;
	if (document.hidden) timer = setTimeout(lose, 20000, 0);
	else if (body.dataset.state !== 'live') connect();
});

const ask = async (address, fields) => {
	const headers = { Accept: 'text/html; part=1', ...page.headers() };
	const answer = await fetch(address, { method: fields ? 'POST' : 'GET', body: fields, headers }).catch(() => lose());
	return { isLost: !answer, isDone: answer?.ok, text: answer ? await answer.text() : body.dataset.lost };
};

// The last of several is shown, once connected.
const go = async address => {
	wanted = address;
	const { isDone, text } = await ask(address);
	if (wanted !== address) return;
	if (!isDone) { toast(body.dataset.later); return lose(); }
	wanted = '';
	if (address !== location.href) history.pushState(null, '', address);
	show(nodes(text));
	connect();
};
const show = next => {
	page.leave();
	const isSame = $('main').dataset.of === $('main', next).dataset.of;
	const restore = remember(body);
	for (const part of page.parts) $(part).replaceWith($(part, next));
	restore();
	// What it has not is told again.
	waiting.clear();
	seq = $('main').dataset.seq;
	page.show(isSame);
};
on('popstate', () => go(location.href));

localise(document);
