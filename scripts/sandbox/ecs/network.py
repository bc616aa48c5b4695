"""The elastic network interface of a task with a network of its own: made before it starts, gone when it has stopped."""

import uuid


class NetworkInterface:
    def __init__(self, aws, configuration):
        self.ec2 = aws.client("ec2")
        wanted = configuration["awsvpcConfiguration"]
        groups = {"Groups": wanted["securityGroups"]} if wanted.get("securityGroups") else {}
        made = self.ec2.create_network_interface(SubnetId=wanted["subnets"][0], **groups)["NetworkInterface"]
        self.id = made["NetworkInterfaceId"]
        self.attachment = {"id": str(uuid.uuid4()), "type": "ElasticNetworkInterface", "status": "ATTACHED", "details": [
            {"name": "subnetId", "value": made["SubnetId"]}, {"name": "networkInterfaceId", "value": self.id},
            {"name": "macAddress", "value": made["MacAddress"]}, {"name": "privateIPv4Address", "value": made["PrivateIpAddress"]}]}

    def delete(self):
        self.ec2.delete_network_interface(NetworkInterfaceId=self.id)
        self.attachment["status"] = "DELETED"
