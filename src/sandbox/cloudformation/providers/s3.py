"""AWS::S3::Bucket and AWS::S3::BucketPolicy: what deploying needs."""

from __future__ import annotations

import json
from typing import Any

from sandbox.cloudformation.providers.base import Context, Json, Provider, Refused, tag_list
from sandbox.errors import AwsError


class Bucket(Provider):
    type = "AWS::S3::Bucket"
    service = "s3"
    service_title = "S3"
    name_property = "BucketName"
    exists_codes = frozenset(("BucketAlreadyExists", "BucketAlreadyOwnedByYou"))
    modelled = frozenset(
        (
            *("BucketName", "VersioningConfiguration", "BucketEncryption", "OwnershipControls", "Tags"),
            "PublicAccessBlockConfiguration",
        )
    )

    def check(self, logical_id: str, properties: Json) -> None:
        """Words that people report: S3 takes such names from nobody, but CloudFormation looks first."""
        super().check(logical_id, properties)
        name = str(properties.get("BucketName", ""))
        if name != name.lower():
            raise Refused("Bucket name should not contain uppercase characters")

    async def create(self, to: Context, properties: Json) -> None:
        name = properties.get("BucketName") or to.name(63, small=True)
        await self._refuse_taken(to, name)
        region = to.stack.region
        place = None if region == "us-east-1" else {"LocationConstraint": region}
        await to.call("CreateBucket", Bucket=name, CreateBucketConfiguration=place)
        to.made(name)
        await self._configure(to, {}, properties)

    async def update(self, to: Context, old: Json, new: Json) -> None:
        await self._configure(to, old, new)

    async def delete(self, to: Context, properties: Json) -> None:
        try:
            await to.call("DeleteBucket", Bucket=to.physical_id)
        except AwsError as error:
            if error.code != "NoSuchBucket":
                raise

    async def attributes(self, to: Context, properties: Json) -> Json:
        name, region = to.physical_id, to.stack.region
        return {
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{region}.amazonaws.com",
            "DualStackDomainName": f"{name}.s3.dualstack.{region}.amazonaws.com",
            "WebsiteURL": f"http://{name}.s3-website-{region}.amazonaws.com",
        }

    async def _refuse_taken(self, to: Context, name: str) -> None:
        """In us-east-1 CreateBucket gives the caller's own bucket back; CloudFormation does not take it."""
        try:
            await to.call("HeadBucket", Bucket=name)
        except AwsError:
            return
        raise AwsError("BucketAlreadyOwnedByYou", f"{name} already exists", 409)

    async def _configure(self, to: Context, old: Json, new: Json) -> None:
        bucket: dict[str, Any] = {"Bucket": to.physical_id}

        def differs(name: str) -> bool:
            return old.get(name) != new.get(name)

        if differs("VersioningConfiguration"):
            wanted = new.get("VersioningConfiguration") or {"Status": "Suspended"}
            await to.call("PutBucketVersioning", VersioningConfiguration=wanted, **bucket)
        if differs("BucketEncryption"):
            await self._encrypt(to, new.get("BucketEncryption"))
        if differs("PublicAccessBlockConfiguration"):
            block = new.get("PublicAccessBlockConfiguration")
            if block:
                await to.call("PutPublicAccessBlock", PublicAccessBlockConfiguration=block, **bucket)
            else:
                await to.call("DeletePublicAccessBlock", **bucket)
        if differs("OwnershipControls"):
            controls = new.get("OwnershipControls")
            if controls:
                await to.call("PutBucketOwnershipControls", OwnershipControls=controls, **bucket)
            else:
                await to.call("DeleteBucketOwnershipControls", **bucket)
        # S3 takes tags of AWS's from CloudFormation alone; the sandbox's S3 does not know it from others.
        tags = {key: value for key, value in to.tags.items() if not key.startswith("aws:")}
        if tags:
            await to.call("PutBucketTagging", Tagging={"TagSet": tag_list(tags)}, **bucket)
        elif old:
            await to.call("DeleteBucketTagging", **bucket)

    async def _encrypt(self, to: Context, encryption: Json | None) -> None:
        if not encryption:
            await to.call("DeleteBucketEncryption", Bucket=to.physical_id)
            return
        rules = [
            {
                "BucketKeyEnabled": rule.get("BucketKeyEnabled", False),
                "ApplyServerSideEncryptionByDefault": rule.get("ServerSideEncryptionByDefault", {}),
            }
            for rule in encryption["ServerSideEncryptionConfiguration"]
        ]
        configuration = {"Rules": rules}
        await to.call(
            "PutBucketEncryption",
            Bucket=to.physical_id,
            ServerSideEncryptionConfiguration=configuration,
        )


class BucketPolicy(Provider):
    type = "AWS::S3::BucketPolicy"
    service = "s3"
    service_title = "S3"
    modelled = frozenset(("Bucket", "PolicyDocument"))

    async def create(self, to: Context, properties: Json) -> None:
        await self._put(to, properties)
        to.made(properties["Bucket"])

    async def update(self, to: Context, old: Json, new: Json) -> None:
        await self._put(to, new)

    async def delete(self, to: Context, properties: Json) -> None:
        try:
            await to.call("DeleteBucketPolicy", Bucket=to.physical_id)
        except AwsError as error:
            if error.code != "NoSuchBucket":
                raise

    async def _put(self, to: Context, properties: Json) -> None:
        document = properties["PolicyDocument"]
        text = document if isinstance(document, str) else json.dumps(document)
        await to.call("PutBucketPolicy", Bucket=properties["Bucket"], Policy=text)
