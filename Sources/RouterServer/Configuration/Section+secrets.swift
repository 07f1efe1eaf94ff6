import Text
import WeCom

extension Section {
    /// Secrets are short; a longer file is the wrong one.
    private static var secretFileLimit: Int { 4096 }

    func requireSecret(_ name: String, _ form: Form<Secret>) -> Secret {
        switch lookupSecret(name) {
        case .present(let written, let givenAs): return fit(written, form, name, givenAs)
        case .absent: complainOfMissingSecret(name)
        case .faulty: break
        }
        return form.placeholder
    }

    func secret(_ name: String, _ form: Form<Secret>) -> Secret? {
        guard case .present(let written, let givenAs) = lookupSecret(name) else { return nil }
        return fit(written, form, name, givenAs)
    }

    /// A complaint names the key that was given; the place is found by either.
    private func fit(_ written: Written, _ form: Form<Secret>, _ name: String, _ givenAs: String) -> Secret {
        let secret = fit(written, form, givenAs)
        if let place = reading.places[path(givenAs)] { reading.remember(path(name), at: place) }
        return secret
    }

    private enum SecretLookup {
        case absent, faulty
        case present(Written, name: String)
    }

    /// The secret under `name`, or the text of the file that `name` with `_file` names; not both.
    private func lookupSecret(_ name: String) -> SecretLookup {
        let fileName = "\(name)_file"
        switch (lookup(name), lookup(fileName)) {
        case (.faulty, _), (_, .faulty): return .faulty
        case (.absent, .absent): return .absent
        case (.present(let written), .absent):
            if written.isLiteral, !EncryptedSecret.isMeant(written.text) {
                reading.noteOpenSecret(path(name), at: written.place)
            }
            return .present(written, name: name)
        case (.absent, .present(let path)): return secretFromFile(path, fileName)
        case (.present(let written), .present(let path)):
            if written.place.isEnvironment { return .present(written, name: name) }
            reading.fault(path.place, self.path(fileName), "is given together with \(name): keep one of them")
            return .faulty
        }
    }

    private func secretFromFile(_ path: Written, _ name: String) -> SecretLookup {
        let file = reading.resolved(path.text, writtenAt: path.place)
        do {
            reading.noteSecretFile(file)
            if !isMountedSecret(file), let mode = try? reading.files.mode(file), mode & 0o004 != 0 {
                reading.warn(path.place, self.path(name), "names a file that everyone here may read: chmod 600 \(file)")
            }
            let bytes = try reading.files.read(file, Self.secretFileLimit)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                reading.fault(path.place, self.path(name), "names a file that holds no text: \(shown(file))")
                return .faulty
            }
            let secret = trimmed(text.after("\u{FEFF}") ?? text[...])
            guard !secret.isEmpty else {
                reading.fault(path.place, self.path(name), "names a file that is empty: \(shown(file))")
                return .faulty
            }
            return .present(Written(text: secret, place: path.place, isLiteral: false), name: name)
        } catch {
            reading.fault(path.place, self.path(name), "names a file that cannot be read: \(error)")
            return .faulty
        }
    }

    private func complainOfMissingSecret(_ name: String) {
        let place = placeOfMissing(name)
        if place.isEnvironment || has(name) || has("\(name)_file") { return complainOfMissing(name) }
        reading.missing(
            path(name), at: place, "is missing: give it, or \(name)_file with the path of a file that holds it")
    }
}

/// Containers are given secrets in files of a mode that nobody chose.
private func isMountedSecret(_ path: String) -> Bool {
    ["/run/secrets/", "/var/run/secrets/"].contains { path.hasPrefix($0) }
}
