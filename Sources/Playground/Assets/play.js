// The playground's own: writing, files, the wire, keys. What is shown comes from the server; see live.js.

const body = document.body;
const text = () => $('#text');
const isWide = () => !matchMedia('(max-width:1060px)').matches;

// Scrolling: a box that was at its end stays there, another says how much is new.

const ends = new WeakMap();
const isAtEnd = box => box.scrollHeight - box.scrollTop - box.clientHeight < 48;
const toEnd = box => { box.scrollTop = box.scrollHeight; ends.set(box, true); };
let newer = 0;
const tellNewer = count => {
	newer = count;
	$('#newer').hidden = !count;
	$('#newer-count').textContent = count;
};
const watchScrolling = () => {
	for (const box of $$('[data-stick]')) {
		toEnd(box);
		box.addEventListener('scroll', () => {
			ends.set(box, isAtEnd(box));
			if (box.id === 'scroll' && isAtEnd(box)) tellNewer(0);
		}, { passive: true });
		box.addEventListener('load', () => { if (ends.get(box)) toEnd(box); }, true);
	}
};

addEventListener('put', ({ detail: { place, piece, isNew } }) => {
	const box = piece.closest('[data-stick]');
	if (box && ends.get(box)) toEnd(box);
	else if (box?.id === 'scroll' && isNew) tellNewer(newer + 1);
	if (place?.id === 'log') $('#none')?.remove();
	if (place?.id === 'chats') { filterChats(); count(); }
	if (place?.id === 'rows') noteRow(piece);
	if (piece.id === 'rows') { watchScrolling(); picked = ''; noteRow(); }
});

const count = () => {
	const unread = $$('#chats .un').length;
	document.title = document.title.replace(/^\(\d+\) /, '').replace(/^/, unread ? `(${unread}) ` : '');
};

// Writing. Enter sends, but never the one by which a Chinese word is chosen.

const drafts = new Map();
const sent = [];
let attached = [];
let composed = -1e9;
document.addEventListener('compositionend', event => { composed = event.timeStamp; });
document.addEventListener('keydown', event => {
	if (event.target !== text()) return;
	if (event.key === 'ArrowUp' && !text().value && sent.length) { text().value = sent.at(-1); event.preventDefault(); }
	if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
	event.preventDefault();
	if (event.timeStamp - composed >= 100) $('#composer').requestSubmit();
});

const say = async (form, action) => {
	const fields = new FormData(form);
	const words = fields.get('text').trim();
	if (!words && !attached.length && action.endsWith('/say')) return;
	fields.delete('file');
	for (const file of attached) fields.append('file', file);
	if (words) sent.push(words);
	const files = attached;
	text().value = '';
	attach([]);
	complain('');
	let answer;
	try { answer = await post(action, fields); } catch { answer = { isDone: false, text: form.dataset.lost }; }
	if (answer.isDone) return toEnd($('#scroll'));
	complain(answer.text);
	if (!text().value) { text().value = words; attach(files); }
};

const complain = why => { const place = $('#sayerror'); place.textContent = why; place.hidden = !why; $('#hint').hidden = !!why; };

const attach = files => {
	const form = $('#composer');
	const fitting = files.filter(file => file.size <= Number(form.dataset.most));
	if (fitting.length < files.length) complain(form.dataset.large);
	attached = fitting;
	const list = $('#chips');
	list.hidden = !attached.length;
	list.replaceChildren(...attached.map(file => {
		const chip = document.createElement('li');
		const remove = document.createElement('button');
		chip.textContent = `${file.name} · ${Math.ceil(file.size / 1024)} KB`;
		remove.type = 'button';
		remove.textContent = '×';
		remove.setAttribute('aria-label', `× ${file.name}`);
		remove.onclick = () => attach(attached.filter(other => other !== file));
		chip.append(remove);
		return chip;
	}));
};

document.addEventListener('change', event => {
	if (event.target.matches('#composer input[type=file]')) {
		attach([...attached, ...event.target.files]);
		event.target.value = '';
		text().focus();
	} else if (event.target.matches('.f.on select')) {
		const form = event.target.form;
		const fields = new FormData(form);
		fields.set('on', '1');
		post(form.action, new URLSearchParams(fields));
	} else if (event.target.name === 'only') noteRow();
});
document.addEventListener('paste', event => {
	if (event.clipboardData.files.length && text()) { event.preventDefault(); attach([...attached, ...event.clipboardData.files]); }
});
document.addEventListener('dragover', event => { if (event.dataTransfer.types.includes('Files')) { event.preventDefault(); body.classList.add('drop'); } });
document.addEventListener('dragleave', event => { if (!event.relatedTarget) body.classList.remove('drop'); });
document.addEventListener('drop', event => {
	event.preventDefault();
	body.classList.remove('drop');
	attach([...attached, ...event.dataTransfer.files]);
});

document.addEventListener('submit', async event => {
	const form = event.target;
	if (form.id === 'composer') {
		event.preventDefault();
		const action = event.submitter?.getAttribute('formaction') ?? form.getAttribute('action');
		$$('details[open]', form).forEach(details => details.removeAttribute('open'));
		return say(form, action);
	}
	if (!('act' in form.dataset)) return;
	event.preventDefault();
	const answer = await post(form.action, new URLSearchParams(new FormData(form, event.submitter)));
	if (!answer.isDone) toast(answer.text);
});

let toasting;
const toast = words => {
	const place = $('#toast');
	clearTimeout(toasting);
	place.textContent = words;
	place.hidden = false;
	toasting = setTimeout(() => { place.hidden = true; }, 6000);
};

// Going about.

const view = name => {
	body.dataset.view = name;
	for (const link of $$('.seg a')) link.toggleAttribute('aria-current', link.dataset.go === name);
};
const filterChats = () => {
	const wanted = $('#find').value.trim().toLowerCase();
	for (const item of $$('#chats li')) item.hidden = !!wanted && !item.textContent.toLowerCase().includes(wanted);
};
document.addEventListener('input', event => {
	if (event.target.id === 'find') filterChats();
	if (event.target.id === 'find-wire') noteRow();
});

document.addEventListener('click', async event => {
	if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
	const on = selector => event.target.closest?.(selector);
	const link = on('a');
	const inside = act => { event.preventDefault(); act(); };
	if (on('.fill')) {
		text().value = on('.fill').dataset.fill;
		text().focus();
		if (on('.now')) $('#composer').requestSubmit();
	} else if (on('#who,.opens-people')) inside(() => $('#people').showModal());
	else if (on('#help')) inside(() => $('#keys').showModal());
	else if (on('.shut')) on('dialog').close();
	else if (on('dialog') === event.target) event.target.close();
	else if (on('#newer')) { toEnd($('#scroll')); tellNewer(0); }
	else if (on('#pause')) pause();
	else if (on('#curl')) { await navigator.clipboard.writeText(on('#curl').dataset.copy); toast(on('#curl').title + ' ✓'); }
	else if (on('[role=tab]')) pickTab(on('[role=tab]'));
	else if (!link) return;
	else if (link.matches('.out')) inside(() => toast(link.dataset.to));
	else if (link.dataset.go) inside(() => view(link.dataset.go));
	else if (link.dataset.w) inside(() => { if (!isWide()) view('wire'); pick(document.getElementById(link.dataset.w) ?? link, link.dataset.w); });
	else if (link.matches('.w')) inside(() => pick(link));
	else if ('enlarge' in link.dataset) inside(() => enlarge(link));
	else if (link.matches('.back2')) inside(() => { body.dataset.open = 'list'; $('#chats [aria-current]')?.focus(); });
	else if (link.closest('#earlier')) inside(() => earlier(link));
	else if (link.matches('.it,.scopes a')) inside(() => {
		body.dataset.open = 'talk';
		if (text()) drafts.set(location.href, text().value);
		go(link.getAttribute('href'));
	});
});

const enlarge = link => {
	const picture = $('img', link).cloneNode();
	picture.removeAttribute('class');
	$('#enlarged').replaceChildren(picture);
	$('#enlarged').showModal();
};

const earlier = async link => {
	const page = await fetched(link.getAttribute('href'));
	localise(page);
	const box = $('#scroll');
	const before = box.scrollHeight - box.scrollTop;
	$('#earlier').replaceWith(...$$('#log > *', page).map(item => document.importNode(item, true)));
	box.scrollTop = box.scrollHeight - before;
};

// The wire: one tab stop, arrows move.

let held = null;
const pause = () => {
	const button = $('#pause');
	if (held) { const pieces = held; held = null; pieces.forEach(put); } else held = [];
	button.setAttribute('aria-pressed', !!held);
	tellHeld();
};
const tellHeld = () => { const place = $('#pause .held'); place.hidden = !held?.length; place.textContent = `+${held?.length ?? 0}`; };
take = piece => {
	if (held && piece.at === 'rows') { held.push(piece); if (held.length > 1000) held.shift(); tellHeld(); } else put(piece);
};

const seen = () => $$('#rows .w').filter(row => row.offsetParent);
const noteRow = piece => {
	const wanted = $('#find-wire').value.trim().toLowerCase();
	for (const row of piece ? [piece] : $$('#rows .w')) row.hidden = !!wanted && !row.dataset.find.toLowerCase().includes(wanted);
	$('#shown-rows').textContent = seen().length;
	if (piece && (piece.id === picked || !picked && piece.matches('.here'))) pick(piece, piece.id, true);
};
let picked = $('#detail [data-entry]')?.dataset.entry;
const pick = async (row, id = row.id, isQuiet = false) => {
	picked = id;
	for (const other of $$('#rows .w')) { other.setAttribute('aria-selected', other.id === id); other.tabIndex = other.id === id ? 0 : -1; }
	if (!isQuiet) row.scrollIntoView({ block: 'nearest' });
	const tab = $('[role=tab][aria-selected=true]')?.id;
	const answer = await fetch(`/wire/${id.slice(1)}${location.search}`);
	const piece = nodes(await answer.text());
	// Another was picked meanwhile.
	if (picked !== id) return;
	$('#detail').replaceWith(piece);
	if (tab && document.getElementById(tab)) pickTab(document.getElementById(tab));
};
const pickTab = tab => {
	for (const other of $$('[role=tab]')) {
		const isPicked = other === tab;
		other.setAttribute('aria-selected', isPicked);
		other.tabIndex = isPicked ? 0 : -1;
		document.getElementById(other.getAttribute('aria-controls')).hidden = !isPicked;
	}
};
const step = (list, from, by) => list[Math.min(Math.max(list.indexOf(from) + by, 0), list.length - 1)];
document.addEventListener('keydown', event => {
	const { target, key } = event;
	const by = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[key];
	if (!by || event.altKey) return;
	if (target.closest('#rows') && key.match(/Up|Down/)) {
		event.preventDefault();
		const row = step(seen(), target.closest('.w') ?? $('#rows [aria-selected=true]'), by);
		if (row) { row.focus(); pick(row); }
	} else if (target.matches('[role=tab]') && key.match(/Left|Right/)) {
		const tab = step($$('[role=tab]'), target, by);
		tab.focus();
		pickTab(tab);
	}
});

// Pointing at a bubble lights its calls, and the other way round.

document.addEventListener('pointerover', ({ target }) => {
	for (const lit of $$('.lit')) lit.classList.remove('lit');
	const message = target.closest?.('.msg');
	if (message) for (const link of $$('[data-w]', message)) document.getElementById(link.dataset.w)?.classList.add('lit');
	const row = target.closest?.('.w');
	if (row) for (const link of $$(`[data-w="${row.id}"]`)) link.closest('.msg').classList.add('lit');
});

// Keys, while no field has the focus.

$('#keysoff').checked = localStorage.keysoff === '1';
$('#keysoff').onchange = event => { localStorage.keysoff = event.target.checked ? '1' : '0'; };
const toChat = by => {
	const links = $$('#chats .it');
	step(links, $('#chats .it[aria-current]'), by)?.click();
};
document.addEventListener('keydown', event => {
	if (event.altKey && event.key.match(/^Arrow(Up|Down)$/)) { event.preventDefault(); return toChat(event.key === 'ArrowUp' ? -1 : 1); }
	if (event.target.matches('input:not([type=radio]):not([type=checkbox]),textarea,select') || event.ctrlKey || event.metaKey || event.altKey) return;
	if (localStorage.keysoff === '1' || $('dialog[open]')) return;
	const act = {
		u: () => $('#people').showModal(), c: () => text().focus(), '/': () => $('#find').focus(), '?': () => $('#keys').showModal(),
		w: () => { if (!isWide()) view('wire'); ($('#rows [aria-selected=true]') ?? seen().at(-1) ?? $('#rows')).focus(); },
		f: () => { if (!isWide()) view('faults'); $('.f button').focus(); },
		p: pause, y: () => $('#curl')?.click(),
		1: () => $('#tab0')?.click(), 2: () => $('#tab1')?.click(), 3: () => $('#tab2')?.click(), 4: () => $('#tab3')?.click(),
	}[event.key];
	if (act) { event.preventDefault(); act(); }
});

// The simulated clock.

const tick = () => {
	const clock = $('#clock');
	const time = clock && $('time', clock);
	if (!time) return;
	time.dateTime = new Date(Date.now() + Number(clock.dataset.lead)).toISOString();
	localise(clock);
};
setInterval(tick, 1000);

addEventListener('show', ({ detail: { isSame } }) => {
	watchScrolling();
	tellNewer(0);
	picked = $('#detail [data-entry]')?.dataset.entry;
	noteRow();
	count();
	if (!isSame) { text().value = drafts.get(location.href) ?? ''; if (isWide()) text().focus(); }
});

watchScrolling();
noteRow();
count();
connect();
