/**
 * The one script, as text. Everything works without it; with it rows are added in place, totals follow the typing
 * and uploads show their progress. Plain ES2020 for WeChat's browser; no state of its own, nothing from elsewhere.
 */
export const script = String.raw`"use strict";
(() => {
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const one = (selector, root) => (root || document).querySelector(selector);

  /* Pressing twice sends once. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  /* The reader comes to the list of problems first. */
  const oops = one(".oops");
  if (oops) oops.focus();

  /* What is open is in sight where a row of links is longer than the screen. */
  all(".nav [aria-current], .tabs [aria-current]").forEach((link) => {
    const row = link.parentElement;
    if (row.scrollWidth > row.clientWidth) row.scrollLeft = link.offsetLeft - row.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
  });

  /* A calendar by the arrows of the keyboard: by days and weeks, beyond its end to the page beside it. */
  const days = one("[data-days]");
  if (days) {
    const links = all(".cal-date a", days);
    const shown = (link) => link.offsetParent !== null;
    const hold = (link) => links.forEach((other) => (other.tabIndex = other === link ? 0 : -1));
    const asked = new URLSearchParams(location.search).get("focus");
    const first = links.find((link) => link.dataset.day === asked && shown(link));
    hold(first || one('[aria-current="date"] .cal-date a', days) || links.find(shown) || links[0]);
    if (first) first.focus();
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
    days.addEventListener("keydown", (event) => {
      const link = event.target.closest(".cal-date a");
      const step = steps[event.key];
      if (!link || !step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const day = new Date(Date.parse(link.dataset.day) + step * 86400000).toISOString().slice(0, 10);
      const next = links.find((other) => other.dataset.day === day && shown(other));
      if (!next) return location.assign(one(step < 0 ? '[rel="prev"]' : '[rel="next"]').href + "&focus=" + day);
      hold(next);
      next.focus();
    });
  }

  /* Copies a field; where a browser cannot, the field is there to be marked. */
  if (navigator.clipboard)
    all("[data-copy]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
        button.textContent = button.dataset.done;
      });
    });

  /* Rows in place: companions, and what a settlement lists. */
  all("[data-rows]").forEach((rows) => {
    const list = rows.dataset.rows || "companions";
    const template = one("template", rows);
    const renumber = () =>
      all(".row", rows).forEach((row, index) => {
        all("[data-label]", row).forEach((label) => {
          label.textContent = label.dataset.label.replace("{n}", index + 1);
        });
        all("input, select", row).forEach((input) => {
          const leaf = input.name.split(".").pop();
          const id = list + "-" + index + "-" + leaf;
          const label = one('label[for="' + input.id + '"]', row);
          input.name = list + "." + index + "." + leaf;
          input.id = id;
          if (label) label.htmlFor = id;
        });
        const button = one("button", row);
        if (button) button.value = rows.dataset.rows ? list + "." + index : index;
      });
    rows.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.name === "add") {
        event.preventDefault();
        const row = template.content.firstElementChild.cloneNode(true);
        button.parentElement.before(row);
        renumber();
        one("input, select", row).focus();
      }
      if (button.name === "remove") {
        event.preventDefault();
        const row = button.closest(".row");
        const next = row.nextElementSibling;
        row.remove();
        renumber();
        (one("button", next) || one('button[name="add"]', rows)).focus();
      }
    });
  });

  /* Totals as you type; the server computes them again. */
  const form = one("form[data-totals]");
  if (form) {
    const value = (name) => (form.elements[name] ? form.elements[name].value.normalize("NFKC").trim() : "");
    const whole = (name) => (/^\d{1,6}$/.test(value(name)) ? Number(value(name)) : 0);
    const fen = (name) => {
      const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2})0*)?\.?$/.exec(value(name).replace(/[¥元\s]/g, ""));
      return match ? Number(match[1].replace(/,/g, "") + (match[2] || "").padEnd(2, "0")) : null;
    };
    const money = (sum) => {
      const [yuan, cents] = (sum / 100).toFixed(2).split(".");
      return "¥" + yuan.replace(/\B(?=(\d{3})+$)/g, ",") + "." + cents;
    };
    const put = (key, n, text) =>
      all('[data-total="' + key + '"]', form).forEach((place) => {
        const [single, many] = (place.dataset.text || "{n}").split("|");
        const shown = n === null ? place.dataset.none || "" : (many === undefined || n === 1 ? single : many).replace("{n}", text);
        if (place instanceof HTMLInputElement) place.value = shown;
        else place.textContent = shown;
      });
    const update = () => {
      const guests = whole("guestsMale") + whole("guestsFemale");
      const days = (Date.parse(value("leaveDate")) - Date.parse(value("arrivalDate"))) / 86400000;
      const nights = days >= 0 ? Math.round(days) : null;
      const amount = fen("budgetAmount");
      const daily = fen("allowancePerPersonDay");
      const allowance = daily !== null && nights !== null && guests > 0 ? daily * guests * (nights + 1) : null;
      const over = amount === null ? 0 : Math.max(0, amount - Number(form.dataset.cap));
      put("guests", guests, guests);
      put("nights", nights, nights);
      put("amount", amount, money(amount || 0));
      put("perHead", amount !== null && guests > 0 ? 0 : null, money(Math.round((amount || 0) / (guests || 1))));
      put("allowance", allowance, money(allowance || 0));
      put("over", over, money(over));
      all("[data-above]", form).forEach((place) => (place.hidden = (amount || 0) <= Number(place.dataset.above) && Number(place.dataset.above) > 0));
      all("[data-when-over]", form).forEach((place) => (place.hidden = over === 0));
    };
    form.addEventListener("input", update);
    form.addEventListener("change", (event) => {
      const chosen = event.target.name === "hotelName" && event.target.selectedOptions[0];
      if (!chosen || !chosen.dataset.star) return;
      all('input[name="hotelClass"], input[name="hotelStar"]', form).forEach((input) => {
        input.checked = input.value === (input.name === "hotelStar" ? chosen.dataset.star : chosen.dataset.class);
      });
    });
    /* What it would set off comes from the server, once the typing pauses. */
    let pause, asking;
    const preview = async () => {
      const beside = one("[data-preview]", form);
      if (asking) asking.abort();
      asking = new AbortController();
      const body = new URLSearchParams(new FormData(form));
      body.set("do", "preview");
      beside.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(form.action, { method: "POST", credentials: "same-origin", headers: { accept: "text/html" }, body, signal: asking.signal });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = one("[data-preview]", page);
        if (!answer.ok || !fresh) return;
        beside.innerHTML = fresh.innerHTML;
        all("[data-needed]", page).forEach((said) => {
          const place = one('[data-needed="' + said.dataset.needed + '"]', form);
          if (document.activeElement !== one("textarea", place)) place.hidden = said.hidden;
          one("label", place).textContent = one("label", said).textContent;
        });
        update();
      } catch (error) {
        if (error.name === "AbortError") return;
      }
      beside.removeAttribute("aria-busy");
    };
    const later = () => {
      clearTimeout(pause);
      pause = setTimeout(preview, 600);
    };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("click", (event) => {
      if (!event.target.closest("[data-rows]")) return;
      setTimeout(update);
      later();
    });
    update();
  }

  /* What a settlement comes to, as you type; the server computes it again. */
  const costs = one("form[data-approved]");
  if (costs) {
    const fenOf = (input) => {
      const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2})0*)?\.?$/.exec(input.value.normalize("NFKC").replace(/[¥元\s]/g, ""));
      return match ? Number(match[1].replace(/,/g, "") + (match[2] || "").padEnd(2, "0")) : 0;
    };
    const shown = (sum) => {
      const [yuan, cents] = (sum / 100).toFixed(2).split(".");
      return "¥" + yuan.replace(/\B(?=(\d{3})+$)/g, ",") + "." + cents;
    };
    const put = (key, sum) => all('[data-sum="' + key + '"]', costs).forEach((place) => (place.textContent = shown(sum)));
    const add = () => {
      const lines = all('input[name^="lines."][name$=".amount"]', costs).reduce((sum, input) => sum + fenOf(input), 0);
      const share = fenOf(costs.elements.personalShare);
      const charged = Math.max(0, lines - share);
      const approved = Number(costs.dataset.approved);
      const beyond = charged * 100 > approved * (100 + Number(costs.dataset.percent));
      put("lines", lines);
      put("share", share);
      put("charged", charged);
      put("left", Math.max(0, approved - charged));
      put("over", Math.max(0, charged - approved));
      all("[data-when]", costs).forEach((place) => {
        const when = { left: charged <= approved, over: charged > approved, within: !beyond, beyond };
        place.hidden = !when[place.dataset.when];
      });
    };
    costs.addEventListener("input", add);
    costs.addEventListener("click", (event) => {
      if (event.target.closest("[data-rows]")) setTimeout(add);
    });
    add();
  }

  /* A file into a case: a place for it, the bytes straight to the store, then the word that they are there. */
  const ask = async (path, body) => {
    const answer = await fetch(path, {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/json", accept: "application/json", "x-careloop": "1" },
      body: JSON.stringify(body),
    });
    const read = await answer.json();
    if (!answer.ok) throw new Error(read.message || (read.errors && read.errors[0].message) || "");
    return read;
  };
  const send = (target, blob, progress) =>
    new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open(target.method, target.url);
      Object.entries(target.headers || {}).forEach(([name, text]) => {
        if (!/^(content-length|host)$/i.test(name)) request.setRequestHeader(name, text);
      });
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) progress(Math.round((event.loaded / event.total) * 100));
      };
      request.onload = () => (request.status < 300 ? done() : failed(new Error("")));
      request.onerror = () => failed(new TypeError("unreachable"));
      request.send(blob);
    });
  const attach = async (path, file, progress, checking) => {
    const type = file.type || "application/octet-stream";
    const made = await ask(path, { name: file.name, contentType: type, size: file.size });
    await send(made.upload, file, progress);
    checking();
    await ask(path + "/" + made.attachmentId + "/confirm", {});
  };

  /* Attachments: with progress. Where that fails the plain page does it. */
  all("form[data-upload]").forEach((upload) => {
    const file = one('input[type="file"]', upload);
    const told = one("[data-told]", upload);
    const picker = one("[data-picker]", upload);
    if (!file || !told || !picker) return;
    picker.hidden = false;
    file.disabled = false;
    file.required = true;
    const progress = (percent) => (told.textContent = upload.dataset.uploading.replace("{percent}", percent));
    upload.addEventListener("submit", async (event) => {
      const chosen = file.files[0];
      if (!chosen || upload.dataset.plain) return;
      event.preventDefault();
      const button = one('button[type="submit"]', upload);
      button.disabled = true;
      told.className = "hint";
      progress(0);
      try {
        await attach(upload.dataset.upload, chosen, progress, () => (told.textContent = upload.dataset.checking));
        const then = upload.dataset.press && one(upload.dataset.press);
        if (then) then.click();
        else location.assign(upload.dataset.done);
      } catch (error) {
        button.disabled = false;
        if (error instanceof TypeError) {
          upload.dataset.plain = "1";
          file.disabled = true;
          upload.submit();
          return;
        }
        told.className = "error";
        told.textContent = error.message || upload.dataset.failed;
      } finally {
        delete upload.dataset.sent;
      }
    }, true);
  });

  /* A complaint is sent first; its photos follow one by one, on the page that thanks for it. */
  const follow = async (place, files) => {
    const told = one("[data-told]", place);
    const say = (text, n, more) => (told.textContent = place.dataset[text].replace("{n}", n).replace("{all}", files.length).replace("{why}", more || ""));
    let sent = 0;
    let why = "";
    for (const file of files) {
      say("sending", files.indexOf(file) + 1);
      try {
        await attach(place.dataset.photosTo, file, () => {}, () => {});
        sent += 1;
      } catch (error) {
        why = error instanceof TypeError ? "" : error.message;
      }
    }
    const left = files.length - sent;
    told.className = left ? "error" : "hint";
    say(left ? "failed" : "done", left || sent, why);
  };
  const choosePhotos = () => {
    const picker = one("[data-photos]");
    if (!picker) return;
    const input = one("input", picker);
    const form = input.form;
    picker.hidden = false;
    one("[data-later]", form).hidden = true;
    form.addEventListener("submit", async (event) => {
      const files = Array.from(input.files);
      if (files.length === 0 || form.dataset.plain) return;
      event.preventDefault();
      one('button[type="submit"]', form).disabled = true;
      try {
        const body = new URLSearchParams(new FormData(form));
        const answer = await fetch(form.action, { method: "POST", credentials: "same-origin", headers: { accept: "text/html" }, body });
        if (answer.status >= 500) throw new Error("");
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        document.title = page.title;
        one("main").replaceWith(one("main", page));
      } catch (error) {
        form.dataset.plain = "1";
        form.submit();
        return;
      }
      /* Refused, the form keeps the photos that were chosen. */
      const again = one("[data-photos] input");
      if (again) again.replaceWith(input);
      choosePhotos();
      const first = one(".oops") || one("main h1");
      first.tabIndex = -1;
      first.focus();
      const place = one("[data-photos-to]");
      if (place) await follow(place, files);
    });
  };
  choosePhotos();
})();
`;
